package io.tidemark.functions.function;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// One snapshot with all that is known of it.
///
/// @param progress while it is CREATING and its agent has said something
/// @param trashEndsAt until when one that is TRASHED can be brought back, as far as these functions
///   collect
@Serdeable
public record ShownDetail(
    @JsonUnwrapped ShownSnapshot snapshot,
    Optional<ShownProgress> progress,
    Optional<Instant> trashEndsAt) {
  static ShownDetail of(Snapshot snapshot) {
    return new ShownDetail(ShownSnapshot.of(snapshot), Optional.empty(), Optional.empty());
  }

  /// With all that takes a request more.
  static ShownDetail inFull(Repository repository, TrashWindow trash, Snapshot snapshot) {
    Optional<ShownProgress> progress =
        snapshot.entry().phase() instanceof Phase.Creating creating
            ? new Beats(repository, snapshot.volume().id(), creating.session())
                .read()
                .map(ShownProgress::of)
            : Optional.empty();
    return new ShownDetail(
        ShownSnapshot.of(snapshot),
        progress,
        trash
            .end(repository, snapshot.volume().id(), snapshot.entry())
            .map(end -> end.truncatedTo(ChronoUnit.MILLIS)));
  }
}
