package io.tidemark.agent.flow;

import io.tidemark.agent.source.Extent;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Collects what cannot be read, by object. Safe for many threads.
final class DamageLog {
  private final ChunkGrid grid;
  private final SortedMap<String, Found> byKey = new TreeMap<>();

  private static final class Found {
    final StoreException why;

    /// Begin to end of runs of chunks that do not touch.
    final TreeMap<Long, Long> runs = new TreeMap<>();

    Found(StoreException why) {
      this.why = why;
    }
  }

  DamageLog(ChunkGrid grid) {
    this.grid = grid;
  }

  /// Notes that the chunks from `from` (inclusive) to `to` (exclusive) cannot be read.
  ///
  /// @throws StoreException `why` itself, when it is about the store and not about an object
  synchronized void add(StoreException why, long from, long to) {
    switch (why) {
      case StoreException.Missing _, StoreException.Corrupt _ -> {
        TreeMap<Long, Long> runs = byKey.computeIfAbsent(why.key(), _ -> new Found(why)).runs;
        long begin = from;
        long end = to;
        Map.Entry<Long, Long> before = runs.floorEntry(begin);
        if (before != null && before.getValue() >= begin) {
          begin = before.getKey();
          end = Math.max(end, before.getValue());
        }
        for (Map.Entry<Long, Long> next = runs.ceilingEntry(begin);
            next != null && next.getKey() <= end;
            next = runs.ceilingEntry(begin)) {
          end = Math.max(end, next.getValue());
          runs.remove(next.getKey());
        }
        runs.put(begin, end);
      }
      case StoreException.Denied _,
          StoreException.Unavailable _,
          StoreException.FormatTooNew _,
          StoreException.UnknownOutcome _ ->
          throw why;
    }
  }

  /// Notes an object that is not needed to read any byte.
  synchronized void addWithoutBytes(StoreException why) {
    byKey.computeIfAbsent(why.key(), _ -> new Found(why));
  }

  synchronized boolean isEmpty() {
    return byKey.isEmpty();
  }

  /// By key.
  synchronized List<Damage> damage() {
    List<Damage> damage = new ArrayList<>();
    byKey.forEach(
        (key, found) ->
            damage.add(
                new Damage(
                    key,
                    found.why instanceof StoreException.Missing
                        ? Damage.Kind.MISSING
                        : Damage.Kind.CORRUPT,
                    String.valueOf(found.why.getMessage()),
                    found.runs.entrySet().stream()
                        .map(run -> extent(run.getKey(), run.getValue()))
                        .toList())));
    return damage;
  }

  private Extent extent(long from, long to) {
    long offsetBytes = grid.offsetBytes(from);
    long endBytes = grid.offsetBytes(to - 1) + grid.lengthBytes(to - 1);
    return new Extent(offsetBytes, endBytes - offsetBytes);
  }
}
