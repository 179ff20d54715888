package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.SnapshotId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One snapshot as every face shows it: the names of these members are the names in the JSON of the
/// command and of the functions. Times have milliseconds.
///
/// @param volume its name
/// @param name "" for none
/// @param state `REQUESTED`, `CREATING`, `READY`, `TRASHED` or `FAILED`
/// @param instantAt this and all that is measured are empty until it is committed
/// @param changedBytes of chunks whose id differs from the parent's at that position
/// @param sentBytes of request bodies before the commit that the store answered; not of tries that
///   failed
/// @param storedBytes of the objects it added to the bucket
/// @param parent that it is or was compared with, which may be gone since
/// @param consistency in lower case: `idle`, `live` …
/// @param seconds from the request to the commit, with milliseconds
/// @param heldMilliseconds for how long writers were held around the instant; empty when nobody was
/// @param reason why it FAILED
/// @param scan how what had changed was found out; empty when its writer did not say
public record ShownSnapshot(
    String id,
    String volume,
    String volumeId,
    String name,
    String state,
    String origin,
    Instant requestedAt,
    Optional<Instant> instantAt,
    Optional<Instant> committedAt,
    Optional<Long> sizeBytes,
    Optional<Long> readBytes,
    Optional<Long> changedBytes,
    Optional<Long> sentBytes,
    Optional<Long> storedBytes,
    Optional<Long> requests,
    Optional<String> parent,
    Optional<String> consistency,
    Optional<BigDecimal> seconds,
    Optional<Long> heldMilliseconds,
    SortedMap<String, String> tags,
    Optional<Instant> expires,
    List<ShownHold> holds,
    Optional<String> reason,
    Optional<ShownScan> scan) {

  /// Somebody who needs it.
  ///
  /// @param number of the journal event that began it
  /// @param kind in lower case: `person`, `restore` …
  public record ShownHold(long number, String kind, String owner, String reason) {}

  public ShownSnapshot {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    holds = List.copyOf(holds);
  }

  public static ShownSnapshot of(Snapshot snapshot) {
    Entry entry = snapshot.entry();
    Optional<Phase.Content> content = entry.content();
    Optional<SnapshotFacts> facts = content.map(Phase.Content::facts);
    return new ShownSnapshot(
        entry.snapshot().text(),
        snapshot.volume().name(),
        snapshot.volume().id().text(),
        entry.label().name(),
        entry.phase().word(),
        entry.origin().text(),
        milliseconds(entry.requestedAt()),
        facts.map(known -> milliseconds(known.instantAt())),
        content.map(known -> milliseconds(known.committedAt())),
        content.map(known -> known.root().sizeBytes()),
        facts.map(SnapshotFacts::readBytes),
        facts.map(SnapshotFacts::changedBytes),
        facts.map(SnapshotFacts::sentBytes),
        facts.map(SnapshotFacts::storedBytes),
        facts.map(SnapshotFacts::requests),
        parent(entry.phase()).map(SnapshotId::text),
        facts.map(known -> known.consistency().name().toLowerCase(Locale.ROOT)),
        facts.map(known -> BigDecimal.valueOf(known.milliseconds(), 3)),
        facts.flatMap(known -> known.heldMilliseconds().stream().boxed().findFirst()),
        entry.label().tags(),
        entry.label().expires().map(ShownSnapshot::milliseconds),
        snapshot.holds().stream().map(ShownSnapshot::shown).toList(),
        entry.phase() instanceof Phase.Failed(String why) ? Optional.of(why) : Optional.empty(),
        facts.flatMap(SnapshotFacts::scan).map(ShownScan::of));
  }

  private static ShownHold shown(Hold hold) {
    return new ShownHold(hold.number(), hold.kind().text(), hold.owner(), hold.reason());
  }

  private static Optional<SnapshotId> parent(Phase phase) {
    return switch (phase) {
      case Phase.Requested _, Phase.Failed _ -> Optional.empty();
      case Phase.Creating creating -> creating.parent().map(Phase.Parent::snapshot);
      case Phase.Ready(Phase.Content content) -> content.parent();
      case Phase.Trashed(Phase.Content content) -> content.parent();
    };
  }

  private static Instant milliseconds(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS);
  }
}
