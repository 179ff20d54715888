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
  private final ChunkSize chunkSize;

  public ListCheck(NodeSource nodes, ChunkSize chunkSize) {
    this.nodes = nodes;
    this.chunkSize = chunkSize;
  }

  /// A root with its list, which is known to be right.
  public record Checked(Root root, PackList list) {}

  /// What `list`, the list of `root`, says otherwise than the map.
  ///
  /// @param base only the difference from it is walked; without one the whole map
  /// @throws io.tidemark.repository.store.StoreException when a node cannot be read
  public List<PackTally.Discrepancy> discrepancies(
      Root root, PackList list, Optional<Checked> base) {
    if (base.isEmpty()) {
      PackTally tally = new PackTally();
      MapWalk.tally(root, chunkSize, nodes, tally);
      return tally.compare(list);
    }
    PackTally tally = PackTally.of(base.get().list());
    MapDifference.tally(base.get().root(), root, chunkSize, nodes, tally);
    return tally.compare(list);
  }
}
