package io.tidemark.repository.collect;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.map.MapDifference;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackTally;
import io.tidemark.repository.map.Root;
import java.util.List;
import java.util.Optional;

/// Finds out whether a pack list says what its map names.
public final class ListCheck {
  private final NodeSource nodes;
  private final ChunkSizes chunkSizes;

  public ListCheck(NodeSource nodes, ChunkSizes chunkSizes) {
    this.nodes = nodes;
    this.chunkSizes = chunkSizes;
  }

  /// A root with its list, which is known to be right.
  public record Checked(Root root, PackList list) {}

  /// What `list`, the list of `root`, says otherwise than the map.
  ///
  /// @param base only the difference from it is walked; without one, or with one of another volume,
  ///   the whole map
  /// @throws io.tidemark.repository.store.StoreException when a node cannot be read
  public List<PackTally.Discrepancy> discrepancies(
      Root root, PackList list, Optional<Checked> base) {
    ChunkSize chunkSize = chunkSizes.of(root.volume());
    if (base.isEmpty() || !base.get().root().volume().equals(root.volume())) {
      PackTally tally = new PackTally();
      MapWalk.tally(root, chunkSize, nodes, tally);
      return tally.compare(list);
    }
    PackTally tally = PackTally.of(base.get().list());
    MapDifference.tally(base.get().root(), root, chunkSize, nodes, tally);
    return tally.compare(list);
  }
}
