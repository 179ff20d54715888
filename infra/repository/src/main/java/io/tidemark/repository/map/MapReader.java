package io.tidemark.repository.map;

import static java.util.Objects.checkIndex;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.pack.Reference;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Looks chunks up in the map of one root. Keeps the path to the last one, so that looking up
/// neighbours or going forward loads each node once. For one thread at a time.
public final class MapReader {
  private static final long NONE = -1;

  private final Tree tree;
  private final @Nullable MapNode[] path;
  private final long[] indexes;

  public MapReader(Root root, ChunkSize chunkSize, NodeSource nodes) {
    tree = Tree.of(root, chunkSize, nodes);
    path = new @Nullable MapNode[tree.height() + 1];
    indexes = new long[tree.height() + 1];
  }

  /// Where `chunk` lies; empty when it is zero.
  public Optional<Reference> find(long chunk) {
    checkIndex(chunk, tree.chunks());
    Reference below = tree.top();
    for (int level = tree.height(); level > 0 && below != null; level--) {
      below = node(below, level, MapShape.index(chunk, level)).slot(MapShape.slot(chunk, level));
    }
    return Optional.ofNullable(below);
  }

  /// Shows the chunks from `from` (inclusive) to `to` (exclusive) that are not zero. Zero stretches
  /// cost nothing.
  public void forEach(long from, long to, ChunkVisitor visitor) {
    if (from < 0 || to < from || to > tree.chunks()) {
      throw new IndexOutOfBoundsException(
          "No chunks " + from + " to " + to + " of " + tree.chunks());
    }
    Reference top = tree.top();
    if (top != null && from < to) {
      visit(top, tree.height(), 0, from, to, visitor);
    }
  }

  private void visit(
      Reference reference, int level, long index, long from, long to, ChunkVisitor visitor) {
    MapNode node = node(reference, level, index);
    int first = MapShape.index(from, level) == index ? MapShape.slot(from, level) : 0;
    int last =
        MapShape.index(to - 1, level) == index ? MapShape.slot(to - 1, level) : MapNode.FAN_OUT - 1;
    for (int slot = first; slot <= last; slot++) {
      Reference below = node.slot(slot);
      if (below != null) {
        long child = index * MapNode.FAN_OUT + slot;
        if (level == 1) {
          visitor.chunk(child, below);
        } else {
          visit(below, level - 1, child, from, to, visitor);
        }
      }
    }
  }

  /// The first chunk from `from` (inclusive) to `to` (exclusive) that is not zero. Zero stretches
  /// cost nothing.
  public OptionalLong first(long from, long to) {
    if (from < 0 || to < from || to > tree.chunks()) {
      throw new IndexOutOfBoundsException(
          "No chunks " + from + " to " + to + " of " + tree.chunks());
    }
    Reference top = tree.top();
    long first = top == null ? NONE : first(top, tree.height(), 0, from);
    return first == NONE || first >= to ? OptionalLong.empty() : OptionalLong.of(first);
  }

  private long first(Reference reference, int level, long index, long from) {
    MapNode node = node(reference, level, index);
    boolean isOnTheWay = MapShape.index(from, level) == index;
    for (int slot = isOnTheWay ? MapShape.slot(from, level) : 0; slot < MapNode.FAN_OUT; slot++) {
      Reference below = node.slot(slot);
      if (below != null) {
        long child = index * MapNode.FAN_OUT + slot;
        long first = level == 1 ? child : first(below, level - 1, child, from);
        if (first != NONE) {
          return first;
        }
      }
    }
    return NONE;
  }

  private MapNode node(Reference reference, int level, long index) {
    MapNode kept = path[level];
    if (kept == null || indexes[level] != index) {
      kept = tree.load(reference, level, index);
      path[level] = kept;
      indexes[level] = index;
    }
    return kept;
  }
}
