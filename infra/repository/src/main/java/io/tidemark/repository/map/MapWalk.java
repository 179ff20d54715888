package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.pack.Reference;

/// Visits every reference of a map: nodes, each before what lies below it, and chunks.
public final class MapWalk {
  private MapWalk() {}

  /// What a walk shows.
  public interface Visitor {
    /// @param level 1 for a leaf
    void node(int level, Reference node);

    void chunk(long chunk, Reference reference);
  }

  /// Walks the whole map of `root`; every node is loaded.
  public static void walk(Root root, ChunkSize chunkSize, NodeSource nodes, Visitor visitor) {
    Tree tree = Tree.of(root, chunkSize, nodes);
    Reference top = tree.top();
    if (top != null) {
      walk(tree, tree.height(), 0, top, visitor);
    }
  }

  /// Adds every reference of the map of `root` to `tally`, and the pack that holds its list: what
  /// the list must say, found without reading it.
  public static void tally(Root root, ChunkSize chunkSize, NodeSource nodes, PackTally tally) {
    tally.addList(root.packList().pack());
    walk(
        root,
        chunkSize,
        nodes,
        new Visitor() {
          @Override
          public void node(int level, Reference node) {
            tally.add(node);
          }

          @Override
          public void chunk(long chunk, Reference reference) {
            tally.add(reference);
          }
        });
  }

  /// @param level of `reference`; 0 for a chunk
  static void walk(Tree tree, int level, long index, Reference reference, Visitor visitor) {
    if (level == 0) {
      visitor.chunk(index, reference);
      return;
    }
    visitor.node(level, reference);
    MapNode node = tree.load(reference, level, index);
    for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
      Reference below = node.slot(slot);
      if (below != null) {
        walk(tree, level - 1, index * MapNode.FAN_OUT + slot, below, visitor);
      }
    }
  }
}
