package io.tidemark.repository.map;

/// The arithmetic of the tree: 64 slots a node, leaves at level 1, a chunk being level 0.
final class MapShape {
  static final int FAN_OUT = 64;

  /// Enough for every chunk that a `long` of bytes has.
  static final int LARGEST_LEVEL = 9;

  private static final int BITS = 6;

  private MapShape() {}

  /// The least height that covers `chunks`; 0 for none, 1 for up to 64.
  static int height(long chunks) {
    int height = 0;
    for (long rest = chunks; rest > (height == 0 ? 0 : 1); rest = (rest + FAN_OUT - 1) >>> BITS) {
      height++;
    }
    return height;
  }

  /// The number, among the nodes of its level, of the node that `chunk` lies below.
  static long index(long chunk, int level) {
    return chunk >>> (BITS * level);
  }

  /// The slot in that node.
  static int slot(long chunk, int level) {
    return (int) (chunk >>> (BITS * (level - 1))) & (FAN_OUT - 1);
  }

  /// The first chunk below slot `slot` of node `index` of `level`.
  static long firstChunk(long index, int level, int slot) {
    return ((index << BITS) | slot) << (BITS * (level - 1));
  }
}
