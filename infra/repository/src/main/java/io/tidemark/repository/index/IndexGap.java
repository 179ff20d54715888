package io.tidemark.repository.index;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Which events the index may not have been told of.
final class IndexGap {
  private IndexGap() {}

  /// The events after `known` up to `newest` that a usage should have followed: all but the `begun`
  /// of sessions that still run.
  ///
  /// @param state after event `newest`
  static Set<Long> between(long known, long newest, VolumeState state) {
    Set<Long> begun =
        state.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Creating)
            .map(Entry::since)
            .collect(Collectors.toSet());
    // A volume is there before anything is said of its use.
    return LongStream.rangeClosed(Math.max(known, 1) + 1, newest)
        .filter(number -> !begun.contains(number))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
