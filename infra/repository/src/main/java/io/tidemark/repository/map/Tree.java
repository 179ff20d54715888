package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.pack.Reference;
import org.jspecify.annotations.Nullable;

/// The map of one root: its top, its extent, and where its nodes come from.
///
/// @param top null when every chunk is zero
/// @param chunks of the volume at that size
record Tree(@Nullable Reference top, long chunks, NodeSource nodes) {

  static Tree of(Root root, ChunkSize chunkSize, NodeSource nodes) {
    long chunks = new ChunkGrid(root.sizeBytes(), chunkSize).chunks();
    Reference top = root.map().orElse(null);
    if (top != null && chunks == 0) {
      throw new MalformedException("an empty volume has a map")
          .at(top.pack().key(), "map root", Remedy.CHECK);
    }
    return new Tree(top, chunks, nodes);
  }

  int height() {
    return MapShape.height(chunks);
  }

  /// Node `index` of `level`.
  MapNode load(Reference node, int level, long index) {
    MapNode loaded = nodes.load(node, level);
    for (int slot = MapNode.FAN_OUT - 1; slot >= 0; slot--) {
      if (loaded.slot(slot) != null) {
        if (MapShape.firstChunk(index, level, slot) >= chunks) {
          throw new MalformedException("the map node reaches beyond the end of the volume")
              .at(node.pack().key(), "map node at byte " + node.offsetBytes(), Remedy.CHECK);
        }
        break;
      }
    }
    return loaded;
  }
}
