package io.tidemark.agent.flow;

import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.map.MapNode;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Goes through the map of a snapshot from its begin to its end, in windows, and passes over what
/// cannot be read of it.
final class MapScan {
  /// Chunks looked up at once: whole leaves, 64 of them.
  private static final int STEP_CHUNKS = MapNode.FAN_OUT * MapNode.FAN_OUT;

  private final ChunkGrid grid;
  private final MapReader map;
  private final DamageLog damage;
  private long next;

  /// @param damage is told which chunks the map does not tell about
  MapScan(Root root, ChunkGrid grid, NodeSource nodes, DamageLog damage) {
    this.grid = grid;
    this.map = new MapReader(root, grid.chunkSize(), new FailingOnce(nodes));
    this.damage = damage;
  }

  /// A stretch of the volume.
  ///
  /// @param from its first chunk
  /// @param to the first chunk behind it
  /// @param places of those of its chunks that are not zero, ascending
  record Window(long from, long to, List<ChunkPlace> places) {
    /// Of the whole stretch, zeroes counted.
    long lengthBytes(ChunkGrid grid) {
      return grid.offsetBytes(to - 1) + grid.lengthBytes(to - 1) - grid.offsetBytes(from);
    }
  }

  boolean hasNext() {
    return next < grid.chunks();
  }

  /// The next stretch, as long as may be with about `most` chunks that are not zero.
  Window next(int most) {
    return next(most, Long.MAX_VALUE);
  }

  /// The same, of at most `mostChunks` chunks, zero ones counted.
  Window next(int most, long mostChunks) {
    long from = next;
    long end =
        Math.min(grid.chunks(), mostChunks > grid.chunks() ? grid.chunks() : from + mostChunks);
    List<ChunkPlace> places = new ArrayList<>();
    while (next < end && places.size() < most) {
      long to = Math.min(end, (next / STEP_CHUNKS + 1) * STEP_CHUNKS);
      collect(next, to, places);
      next = to;
    }
    return new Window(from, next, places);
  }

  /// The next stretch that a restore reads at once to a target that wants its bytes in `order`.
  Window next(ReadingLimits limits, RestoreTarget.Order order) {
    return switch (order) {
      case ANY -> next(limits.windowChunks());
      case SEQUENTIAL -> next(limits.windowChunks(), limits.orderedChunks(grid));
    };
  }

  private void collect(long from, long to, List<ChunkPlace> places) {
    int before = places.size();
    try {
      map.forEach(from, to, (chunk, reference) -> places.add(new ChunkPlace(chunk, reference)));
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      places.subList(before, places.size()).clear();
      long leafEnd = Math.min(to, (from / MapNode.FAN_OUT + 1) * MapNode.FAN_OUT);
      if (leafEnd == to) {
        damage.add(e, from, to);
        return;
      }
      for (long leaf = from; leaf < to; leaf = leafEnd) {
        leafEnd = Math.min(to, (leaf / MapNode.FAN_OUT + 1) * MapNode.FAN_OUT);
        collect(leaf, leafEnd, places);
      }
    }
  }

  /// Asks the store only once for a node that it cannot give.
  private static final class FailingOnce implements NodeSource {
    private final NodeSource nodes;
    private final Map<Reference, StoreException> failed = new HashMap<>();

    FailingOnce(NodeSource nodes) {
      this.nodes = nodes;
    }

    @Override
    public MapNode load(Reference node, int level) {
      StoreException known = failed.get(node);
      if (known != null) {
        throw known;
      }
      try {
        return nodes.load(node, level);
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        failed.put(node, e);
        throw e;
      }
    }

    @Override
    public PackList loadPackList(Reference list) {
      return nodes.loadPackList(list);
    }
  }
}
