package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.request.RequestMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A snapshot that somebody wants and a host is to make.
///
/// @param schedule where a policy wants it; empty for a person
/// @param howLate its instant may be after its due time, or after the request where there is none
public record SnapshotRequest(
    NamedVolume volume, Label label, Optional<Schedule> schedule, Duration howLate, Wishes wishes) {

  /// After which its instant must not be any more.
  ///
  /// @param now when it is requested, by the store's clock
  Instant latestInstant(Instant now) {
    return schedule.map(Schedule::due).orElse(now).plus(howLate);
  }

  /// Tells this request from others under the same key.
  String digest() {
    if (schedule.isPresent()) {
      // Whatever else the policy said when another asked for it.
      return RequestMemory.digest(
          "scheduled",
          volume.id().text(),
          schedule.get().policy().text(),
          schedule.get().due().toString());
    }
    List<String> parts = new ArrayList<>();
    parts.add("snapshot");
    parts.add(volume.id().text());
    parts.add(label.name());
    label
        .tags()
        .forEach(
            (tag, value) -> {
              parts.add(tag);
              parts.add(value);
            });
    parts.add("expires " + label.expires().map(Instant::toString).orElse(""));
    parts.add(howLate.toString());
    parts.add(wishes.toString());
    return RequestMemory.digest(parts.toArray(String[]::new));
  }
}
