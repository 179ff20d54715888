package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.pack.Reference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares the maps of two roots by walking both at once; what lies below equal node ids is
/// skipped, so that the cost follows the difference.
public final class MapDifference {
  private final Tree older;
  private final Tree newer;
  private final Visitor visitor;
  private final MapWalk.Visitor onlyOlder;
  private final MapWalk.Visitor onlyNewer;

  private MapDifference(Tree older, Tree newer, Visitor visitor) {
    this.older = older;
    this.newer = newer;
    this.visitor = visitor;
    onlyOlder = new OnlyOlder(visitor);
    onlyNewer = new OnlyNewer(visitor);
  }

  /// What a comparison shows: references that only one of the maps has at this place. Their ids may
  /// still be equal, when the same content lies elsewhere.
  public interface Visitor {
    /// @param level 1 for a leaf; at most one of the two is empty
    void node(int level, Optional<Reference> older, Optional<Reference> newer);

    /// In ascending order; at most one of the two is empty.
    void chunk(long chunk, Optional<Reference> older, Optional<Reference> newer);
  }

  /// Is shown the chunks whose content differs, in ascending order.
  @FunctionalInterface
  public interface ChangeVisitor {
    /// An empty one is zero, or beyond the end of its volume.
    void chunk(long chunk, Optional<Reference> older, Optional<Reference> newer);
  }

  /// Shows every difference between the two maps.
  public static void between(
      Root older, Root newer, ChunkSize chunkSize, NodeSource nodes, Visitor visitor) {
    new MapDifference(Tree.of(older, chunkSize, nodes), Tree.of(newer, chunkSize, nodes), visitor)
        .run();
  }

  /// Shows the chunks whose ids differ. A chunk beyond the end of one volume counts as zero there:
  /// whoever compares sizes adds what lies beyond the shorter.
  public static void chunks(
      Root older, Root newer, ChunkSize chunkSize, NodeSource nodes, ChangeVisitor visitor) {
    between(
        older,
        newer,
        chunkSize,
        nodes,
        new Visitor() {
          @Override
          public void node(int level, Optional<Reference> before, Optional<Reference> after) {}

          @Override
          public void chunk(long chunk, Optional<Reference> before, Optional<Reference> after) {
            if (!before.map(Reference::id).equals(after.map(Reference::id))) {
              visitor.chunk(chunk, before, after);
            }
          }
        });
  }

  /// Turns a tally of the older map into one of the newer, lists' packs included: from a list that
  /// has been checked follows what another must say, at the cost of the difference.
  public static void tally(
      Root older, Root newer, ChunkSize chunkSize, NodeSource nodes, PackTally tally) {
    tally.removeList(older.packList().pack());
    tally.addList(newer.packList().pack());
    between(
        older,
        newer,
        chunkSize,
        nodes,
        new Visitor() {
          @Override
          public void node(int level, Optional<Reference> before, Optional<Reference> after) {
            before.ifPresent(tally::remove);
            after.ifPresent(tally::add);
          }

          @Override
          public void chunk(long chunk, Optional<Reference> before, Optional<Reference> after) {
            before.ifPresent(tally::remove);
            after.ifPresent(tally::add);
          }
        });
  }

  private void run() {
    compare(Math.max(older.height(), newer.height()), 0, older.top(), newer.top());
  }

  /// Compares what the trees have at one place. Above its own height a tree is taken for one whose
  /// nodes have nothing but slot 0, so that trees of different heights meet.
  private void compare(int level, long index, @Nullable Reference a, @Nullable Reference b) {
    if (a == null || b == null) {
      show(older, level, index, a, onlyOlder);
      show(newer, level, index, b, onlyNewer);
      return;
    }
    boolean lifted = isLifted(older, level, index) || isLifted(newer, level, index);
    if (!lifted && a.equals(b)) {
      return;
    }
    if (level == 0) {
      visitor.chunk(index, Optional.of(a), Optional.of(b));
      return;
    }
    visitor.node(
        level,
        isLifted(older, level, index) ? Optional.empty() : Optional.of(a),
        isLifted(newer, level, index) ? Optional.empty() : Optional.of(b));
    if (!lifted && a.id().equals(b.id()) && a.pack().volume().equals(b.pack().volume())) {
      return;
    }
    MapNode before = node(older, level, index, a);
    MapNode after = node(newer, level, index, b);
    for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
      compare(level - 1, index * MapNode.FAN_OUT + slot, before.slot(slot), after.slot(slot));
    }
  }

  /// Shows a subtree that only `tree` has.
  private static void show(
      Tree tree, int level, long index, @Nullable Reference reference, MapWalk.Visitor only) {
    if (reference != null) {
      int own = index == 0 ? Math.min(level, tree.height()) : level;
      MapWalk.walk(tree, own, index, reference, only);
    }
  }

  private static boolean isLifted(Tree tree, int level, long index) {
    return index == 0 && level > tree.height();
  }

  private static MapNode node(Tree tree, int level, long index, Reference reference) {
    if (isLifted(tree, level, index)) {
      @Nullable Reference[] slots = new @Nullable Reference[MapNode.FAN_OUT];
      slots[0] = reference;
      return new MapNode(level, slots);
    }
    return tree.load(reference, level, index);
  }

  private record OnlyOlder(Visitor visitor) implements MapWalk.Visitor {
    @Override
    public void node(int level, Reference node) {
      visitor.node(level, Optional.of(node), Optional.empty());
    }

    @Override
    public void chunk(long chunk, Reference reference) {
      visitor.chunk(chunk, Optional.of(reference), Optional.empty());
    }
  }

  private record OnlyNewer(Visitor visitor) implements MapWalk.Visitor {
    @Override
    public void node(int level, Reference node) {
      visitor.node(level, Optional.empty(), Optional.of(node));
    }

    @Override
    public void chunk(long chunk, Reference reference) {
      visitor.chunk(chunk, Optional.empty(), Optional.of(reference));
    }
  }
}
