package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.map.MapDifference;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Which parts of a volume differ between two of its snapshots: whole chunks, and what lies beyond
/// the end of the shorter.
public final class SnapshotDifference {
  private final Repository repository;
  private final Snapshot newer;
  private final Root one;
  private final Root other;

  private SnapshotDifference(Repository repository, Snapshot older, Snapshot newer) {
    this.repository = repository;
    this.newer = newer;
    this.one = root(older);
    this.other = root(newer);
  }

  /// Nothing is read of the maps yet.
  ///
  /// @throws IllegalArgumentException when they are of two volumes; says so, for people
  /// @throws Refused when one of them holds nothing
  public static SnapshotDifference between(Repository repository, Snapshot older, Snapshot newer) {
    if (!older.volume().id().equals(newer.volume().id())) {
      throw new IllegalArgumentException(
          older.entry().snapshot()
              + " is of "
              + older.volume().name()
              + " and "
              + newer.entry().snapshot()
              + " of "
              + newer.volume().name()
              + ". Compare two snapshots of one volume");
    }
    return new SnapshotDifference(repository, older, newer);
  }

  /// Is given what differs, in ascending order.
  @FunctionalInterface
  public interface Receiver {
    /// @param from inclusive, in bytes
    /// @param to exclusive; what comes next may touch or overlap it
    void add(long from, long to);
  }

  public record Extent(long offsetBytes, long lengthBytes) {}

  /// @param extents in ascending order
  /// @param nextOffsetBytes where to go on; empty when that was all
  public record Part(List<Extent> extents, OptionalLong nextOffsetBytes) {
    public Part {
      extents = List.copyOf(extents);
    }
  }

  /// Shows all of it.
  public void show(Receiver receiver) {
    long sharedBytes = Math.min(one.sizeBytes(), other.sizeBytes());
    long largestBytes = Math.max(one.sizeBytes(), other.sizeBytes());
    ChunkSize chunkSize = chunkSize();
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      MapDifference.chunks(
          one,
          other,
          chunkSize,
          nodes,
          (chunk, _, _) -> {
            long begin = chunk * chunkSize.bytes();
            if (begin < sharedBytes) {
              receiver.add(begin, Math.min(begin + chunkSize.bytes(), largestBytes));
            }
          });
    }
    if (sharedBytes < largestBytes) {
      receiver.add(sharedBytes, largestBytes);
    }
  }

  /// A bounded part of it.
  ///
  /// @param fromBytes where to begin
  /// @param limit at most so many extents
  public Part part(long fromBytes, int limit) {
    Collected collected = new Collected(fromBytes, limit);
    try {
      show(collected);
    } catch (Enough _) {
      return new Part(collected.extents, OptionalLong.of(collected.next));
    }
    return new Part(collected.extents, OptionalLong.empty());
  }

  private ChunkSize chunkSize() {
    return repository
        .journal(newer.volume().id())
        .read()
        .state()
        .volume()
        .orElseThrow()
        .chunkSize();
  }

  private static Root root(Snapshot snapshot) {
    return snapshot
        .entry()
        .content()
        .map(Phase.Content::root)
        .orElseThrow(
            () ->
                new Refused(
                    Refused.Reason.WRONG_STATE,
                    snapshot.entry().snapshot()
                        + " of "
                        + snapshot.volume().name()
                        + " is "
                        + snapshot.entry().phase().word()
                        + " and holds nothing to compare."));
  }

  /// Ends a walk that has shown all that was asked for.
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super(null, null, false, false);
    }
  }

  private static final class Collected implements Receiver {
    final List<Extent> extents = new ArrayList<>();
    private final long fromBytes;
    private final int limit;
    private long next;

    Collected(long fromBytes, int limit) {
      this.fromBytes = fromBytes;
      this.limit = limit;
    }

    @Override
    public void add(long from, long to) {
      long begin = Math.max(from, fromBytes);
      if (begin >= to) {
        return;
      }
      Extent last = extents.isEmpty() ? new Extent(-1, 0) : extents.getLast();
      if (last.offsetBytes() + last.lengthBytes() >= begin && !extents.isEmpty()) {
        extents.set(extents.size() - 1, new Extent(last.offsetBytes(), to - last.offsetBytes()));
      } else if (extents.size() == limit) {
        next = begin;
        throw new Enough();
      } else {
        extents.add(new Extent(begin, to - begin));
      }
    }
  }
}
