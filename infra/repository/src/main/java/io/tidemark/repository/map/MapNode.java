package io.tidemark.repository.map;

import static java.util.Objects.checkIndex;

import io.tidemark.repository.pack.Reference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One node of a map: 64 slots, each a reference to a chunk (level 1) or to a node of the level
/// below, or zero. Immutable.
public final class MapNode {
  public static final int FAN_OUT = MapShape.FAN_OUT;

  private final int level;
  private final @Nullable Reference[] slots;

  MapNode(int level, @Nullable Reference[] slots) {
    this.level = level;
    this.slots = slots;
  }

  /// 1 for a leaf.
  public int level() {
    return level;
  }

  /// What lies in a slot; empty means that all below it is zero.
  public Optional<Reference> child(int slot) {
    return Optional.ofNullable(slots[checkIndex(slot, FAN_OUT)]);
  }

  @Nullable Reference slot(int slot) {
    return slots[slot];
  }

  @Nullable Reference[] copyOfSlots() {
    return slots.clone();
  }
}
