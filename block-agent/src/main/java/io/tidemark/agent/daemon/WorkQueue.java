package io.tidemark.agent.daemon;

import io.tidemark.repository.host.Marker;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Requests that wait for their turn: whoever has to begin first comes first, one at a time a
/// volume. Safe for many threads.
final class WorkQueue {
  private static final Comparator<Job> BY_DUE_TIME =
      Comparator.comparing((Job job) -> job.due().orElse(Instant.MAX))
          .thenComparing(job -> job.marker().toString());

  private final List<Job> waiting = new ArrayList<>();
  private final List<Job> deferred = new ArrayList<>();
  private final Map<Marker, Job> running = new HashMap<>();

  /// Puts a request in, unless it is there, or under way.
  ///
  /// @return whether it was new
  synchronized boolean offer(Job job) {
    if (knows(job.marker())) {
      return false;
    }
    waiting.add(job);
    waiting.sort(BY_DUE_TIME);
    return true;
  }

  synchronized boolean knows(Marker marker) {
    return running.containsKey(marker)
        || Stream.concat(waiting.stream(), deferred.stream())
            .anyMatch(job -> job.marker().equals(marker));
  }

  /// The next one whose volume is free, its restore before its snapshots, from now on under way;
  /// empty when there is none, or `most` are under way.
  synchronized Optional<Job> take(int most) {
    if (running.size() >= most) {
      return Optional.empty();
    }
    Optional<Job> next =
        waiting.stream().filter(job -> !isBusy(job.volume().id()) && !yields(job)).findFirst();
    next.ifPresent(
        job -> {
          waiting.remove(job);
          running.put(job.marker(), job);
        });
    return next;
  }

  /// A volume that is to be restored has no snapshot made before that.
  private boolean yields(Job job) {
    return job instanceof Job.ForSnapshot
        && waiting.stream()
            .anyMatch(
                other ->
                    other instanceof Job.ForRestore
                        && other.volume().id().equals(job.volume().id()));
  }

  private boolean isBusy(VolumeId volume) {
    return running.values().stream().anyMatch(job -> job.volume().id().equals(volume));
  }

  /// It is over.
  synchronized void done(Job job) {
    running.remove(job.marker());
  }

  /// It could not be carried out now; it waits again once [#recall] is called.
  synchronized void defer(Job job) {
    running.remove(job.marker());
    deferred.add(job);
  }

  /// Lets those that were put off wait for their turn again.
  synchronized void recall() {
    waiting.addAll(deferred);
    deferred.clear();
    waiting.sort(BY_DUE_TIME);
  }

  /// Takes out the snapshots that had to be begun before `now`; each has to be done or deferred.
  synchronized List<Job.ForSnapshot> takeLate(Instant now) {
    List<Job.ForSnapshot> late =
        waiting.stream()
            .filter(job -> job.due().filter(now::isAfter).isPresent())
            .filter(Job.ForSnapshot.class::isInstance)
            .map(Job.ForSnapshot.class::cast)
            .toList();
    waiting.removeAll(late);
    return late;
  }

  synchronized int waiting() {
    return waiting.size() + deferred.size();
  }

  synchronized List<Job> running() {
    return List.copyOf(running.values());
  }
}
