package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.pack.PackSender.SentPack;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the map and pack list of a new snapshot out of its parent's and the changed chunks, given
/// in ascending order. Subtrees without a change are shared as they stand.
///
/// Holds the path to the last chunk, one pack of nodes, and the counts of the pack list; nothing
/// grows with the volume but the last. For one thread at a time.
///
/// Leaves refer to settled packs only, so they are final when they are made. The nodes above refer
/// to nodes of their own pack and so depend on its number: they are kept as they are and encoded at
/// the pack's end once the number is about to be tried, and again under the next when it was taken.
public final class MapEditor {
  /// Room for the nodes of one path at their longest, and more.
  public static final int SMALLEST_BUFFER_BYTES = 256 << 10;

  private final Optional<Parent> parent;
  private final ChunkGrid grid;
  private final ChunkGrid parentGrid;
  private final Tree before;
  private final PackBuilder pack;
  private final FrameEncoder encoder;
  private final PackSender sender;
  private final NodeSink sink;

  private final ChunkHasher hasher = new ChunkHasher();
  private final ByteBuffer plaintext = ByteBuffer.allocateDirect(MapNodeCodec.LARGEST_BYTES);
  private final PackTally tally;
  private final int height;
  private final long mustPut;

  /// The nodes on the way to the current leaf, by level; those below the first null are null too.
  private final @Nullable Open[] path;

  private final List<Pending> pending = new ArrayList<>();
  private Slot top = Slot.ZERO;
  private long last = -1;
  private boolean begun;

  /// The snapshot that the new one is compared with, pinned.
  public record Parent(Root root, PackList packs) {}

  /// What a slot of a node in the making holds.
  ///
  /// @param stored in a settled pack, or null
  /// @param unsent in the pack being built: 0 for none, entry + 1 for a leaf, −1 − index for one of
  ///   [#pending]
  private record Slot(@Nullable Reference stored, int unsent) {
    static final Slot ZERO = new Slot(null, 0);
  }

  /// A node on the path.
  private static final class Open {
    final long index;
    final @Nullable Reference original;
    final @Nullable Reference[] stored;
    final int[] unsent = new int[MapNode.FAN_OUT];
    boolean changed;

    Open(long index, @Nullable Reference original, @Nullable Reference[] stored) {
      this.index = index;
      this.original = original;
      this.stored = stored;
    }

    void put(int slot, Slot content) {
      stored[slot] = content.stored;
      unsent[slot] = content.unsent;
    }

    boolean isZero() {
      for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
        if (stored[slot] != null || unsent[slot] != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /// A finished node above the leaves, waiting for its pack's number.
  private record Pending(int level, Open node) {}

  /// @param parent empty for a full upload
  /// @param grid of the new snapshot; its chunk size is the parent's
  /// @param pack for nodes, empty, in a buffer of at least [#SMALLEST_BUFFER_BYTES]; it names
  ///   volume and session
  /// @param sink is told what was written
  public MapEditor(
      Optional<Parent> parent,
      ChunkGrid grid,
      NodeSource nodes,
      PackBuilder pack,
      FrameEncoder encoder,
      PackSender sender,
      NodeSink sink) {
    this.parent = parent;
    this.grid = grid;
    this.pack = pack;
    this.encoder = encoder;
    this.sender = sender;
    this.sink = sink;
    parentGrid =
        new ChunkGrid(parent.map(given -> given.root().sizeBytes()).orElse(0L), grid.chunkSize());
    before =
        parent
            .map(given -> Tree.of(given.root(), grid.chunkSize(), nodes))
            .orElseGet(() -> new Tree(null, 0, nodes));
    tally = parent.map(given -> PackTally.of(given.packs())).orElseGet(PackTally::new);
    height = MapShape.height(grid.chunks());
    path = new @Nullable Open[height + 1];
    mustPut = parent.isPresent() ? chunkOfOtherLength() : -1;
    if (pack.kind() != PackKind.NODES
        || pack.entries() > 0
        || !pack.hasRoomFor(4 * MapShape.LARGEST_LEVEL, MapNodeCodec.LARGEST_BYTES)) {
      throw new IllegalArgumentException(
          "Nodes want an empty pack of nodes in a buffer of " + SMALLEST_BUFFER_BYTES + " bytes");
    }
  }

  /// The chunk that both volumes have at different lengths, or −1: it is another chunk, changed or
  /// not.
  private long chunkOfOtherLength() {
    long chunk = Math.min(grid.chunks(), parentGrid.chunks()) - 1;
    return chunk >= 0 && grid.lengthBytes(chunk) != parentGrid.lengthBytes(chunk) ? chunk : -1;
  }

  /// The chunk that has to be [#put] whatever it holds, because growing or shrinking the volume has
  /// changed its length.
  public Optional<Long> chunkOfChangedLength() {
    return mustPut < 0 ? Optional.empty() : Optional.of(mustPut);
  }

  /// Says how long a pack of chunks is; at the latest before [#finish], for every pack of this
  /// session that was referred to.
  public void packSent(SentPack sent) {
    tally.setObjectBytes(sent.id(), sent.objectBytes());
  }

  /// Changes one chunk; every other keeps what the parent has there, and is zero beyond its end.
  ///
  /// @param chunk greater than in every call before
  /// @param stored in a pack that the store holds, or copied from the parent's map as it stands;
  ///   empty for a chunk of zeroes
  /// @throws StoreException when a node of the parent cannot be read or a full pack of nodes not be
  ///   sent
  public void put(long chunk, Optional<Reference> stored) {
    if (chunk <= last || chunk >= grid.chunks()) {
      throw new IllegalArgumentException(
          "Chunk " + chunk + " after " + last + " of " + grid.chunks());
    }
    checkMustPut(chunk);
    last = chunk;
    Open leaf = leafOf(chunk);
    int slot = MapShape.slot(chunk, 1);
    Reference replaced = leaf.stored[slot];
    Reference after = stored.orElse(null);
    if (!Objects.equals(replaced, after)) {
      if (replaced != null) {
        tally.remove(replaced);
      }
      if (after != null) {
        tally.add(after);
      }
      leaf.stored[slot] = after;
      leaf.changed = true;
    }
  }

  /// Writes what is left to write, the pack list last.
  ///
  /// @throws StoreException.Corrupt when the parent's pack list contradicts its map
  public MapOutcome finish() {
    checkMustPut(grid.chunks());
    begin();
    if (grid.chunks() > 0 && grid.chunks() < parentGrid.chunks()) {
      leafOf(grid.chunks() - 1); // loading the path cuts off what lies beyond
    }
    closeUpTo(height);
    if (pack.entries() > 0 || !pending.isEmpty()) {
      flush();
    }
    Optional<Reference> map = Optional.ofNullable(top.stored);
    if (parent.isPresent()
        && grid.sizeBytes() == parentGrid.sizeBytes()
        && map.equals(parent.get().root().map())) {
      return new MapOutcome.Unchanged(parent.get().root());
    }
    return sendList(map);
  }

  private void checkMustPut(long next) {
    if (last < mustPut && mustPut < next) {
      throw new IllegalStateException(
          "Chunk "
              + mustPut
              + " has another length now that the volume has "
              + grid.sizeBytes()
              + " bytes, and was not put");
    }
  }

  /// Finds the parent's node at the top of the new tree, or builds upwards from the parent's top.
  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    Reference below = before.top();
    if (below == null) {
      return;
    }
    int parentHeight = before.height();
    for (int level = parentHeight; level > height && below != null; level--) {
      Reference cut = below;
      MapNode node = before.load(cut, level, 0);
      tally.remove(cut);
      for (int slot = level == 1 ? 0 : 1; slot < MapNode.FAN_OUT; slot++) {
        drop(node.slot(slot), level - 1, slot);
      }
      below = level == 1 ? null : node.slot(0);
    }
    for (int level = height; level > parentHeight; level--) {
      Open grown = new Open(0, null, new @Nullable Reference[MapNode.FAN_OUT]);
      grown.changed = true;
      path[level] = grown;
      if (level == parentHeight + 1) {
        grown.stored[0] = below;
      }
    }
    if (height <= parentHeight) {
      top = new Slot(below, 0);
    }
  }

  /// Takes all below `reference` out of the counts.
  private void drop(@Nullable Reference reference, int level, long index) {
    if (reference == null) {
      return;
    }
    tally.remove(reference);
    if (level > 0) {
      MapNode node = before.load(reference, level, index);
      for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
        drop(node.slot(slot), level - 1, index * MapNode.FAN_OUT + slot);
      }
    }
  }

  /// The leaf of `chunk`, with the nodes above it: closes what the path leaves, opens what it
  /// enters.
  private Open leafOf(long chunk) {
    begin();
    int shared = 1;
    while (shared <= height && !isOnPath(shared, chunk)) {
      shared++;
    }
    closeUpTo(shared - 1);
    for (int level = shared - 1; level > 0; level--) {
      path[level] = open(level, MapShape.index(chunk, level));
    }
    return Objects.requireNonNull(path[1]);
  }

  private boolean isOnPath(int level, long chunk) {
    Open node = path[level];
    return node != null && node.index == MapShape.index(chunk, level);
  }

  private Open open(int level, long index) {
    Open above = level == height ? null : path[level + 1];
    Reference original = above == null ? top.stored : above.stored[(int) (index % MapNode.FAN_OUT)];
    if (original == null) {
      return new Open(index, null, new @Nullable Reference[MapNode.FAN_OUT]);
    }
    Open node = new Open(index, original, before.load(original, level, index).copyOfSlots());
    for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
      if (node.stored[slot] != null && MapShape.firstChunk(index, level, slot) >= grid.chunks()) {
        drop(node.stored[slot], level - 1, index * MapNode.FAN_OUT + slot);
        node.stored[slot] = null;
        node.changed = true;
      }
    }
    return node;
  }

  private void closeUpTo(int highest) {
    for (int level = 1; level <= highest; level++) {
      Open node = path[level];
      if (node != null) {
        if (node.changed) {
          Slot made = close(level, node);
          Open above = level == height ? null : path[level + 1];
          if (above == null) {
            top = made;
          } else {
            above.put((int) (node.index % MapNode.FAN_OUT), made);
            above.changed = true;
          }
        }
        path[level] = null;
      }
    }
  }

  private Slot close(int level, Open node) {
    if (node.original != null) {
      tally.remove(node.original);
    }
    if (node.isZero()) {
      return Slot.ZERO;
    }
    // Whatever is pending, and the path still to be closed, must fit behind the leaves.
    if (!pack.hasRoomFor(pending.size() + 1 + height, MapNodeCodec.LARGEST_BYTES)) {
      flush();
    }
    if (level > 1) {
      pending.add(new Pending(level, node));
      return new Slot(null, -pending.size());
    }
    return new Slot(null, 1 + encode(level, node.stored));
  }

  private int encode(int level, @Nullable Reference[] slots) {
    plaintext.clear();
    MapNodeCodec.write(pack.volume(), level, slots, plaintext);
    plaintext.flip();
    int entry = pack.add(hasher.id(plaintext), plaintext, encoder);
    if (entry == PackBuilder.FULL) {
      throw new IllegalStateException("A pack of nodes had less room than was kept for it");
    }
    return entry;
  }

  /// Sends the nodes so far as one pack and makes what refers to them final.
  private void flush() {
    int leaves = pack.entries();
    SentPack sent =
        sender.send(
            (k, commitId) -> {
              pack.truncate(leaves);
              PackId id = new PackId(pack.volume(), pack.session(), k);
              for (Pending waiting : pending) {
                encode(waiting.level, settled(waiting.node, id, leaves));
              }
              return pack.encode(k, commitId);
            });
    PackId id = sent.id();
    tally.setObjectBytes(id, sent.objectBytes());
    for (int entry = 0; entry < pack.entries(); entry++) {
      Reference reference = pack.reference(entry, id);
      tally.add(reference);
      sink.written(reference, pack.frame(entry));
    }
    for (Open node : path) {
      if (node != null) {
        for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
          if (node.unsent[slot] != 0) {
            node.stored[slot] = reference(node.unsent[slot], id, leaves);
            node.unsent[slot] = 0;
          }
        }
      }
    }
    if (top.unsent != 0) {
      top = new Slot(reference(top.unsent, id, leaves), 0);
    }
    pending.clear();
    pack.clear();
  }

  /// The node's slots if its pack gets to be `id`.
  private @Nullable Reference[] settled(Open node, PackId id, int leaves) {
    @Nullable Reference[] slots = node.stored.clone();
    for (int slot = 0; slot < MapNode.FAN_OUT; slot++) {
      if (node.unsent[slot] != 0) {
        slots[slot] = reference(node.unsent[slot], id, leaves);
      }
    }
    return slots;
  }

  private Reference reference(int unsent, PackId id, int leaves) {
    return pack.reference(unsent > 0 ? unsent - 1 : leaves - 1 - unsent, id);
  }

  private MapOutcome sendList(Optional<Reference> map) {
    VolumeId volume = pack.volume();
    parent.ifPresent(given -> tally.removeList(given.root().packList().pack()));
    checkCounts();
    ListPack list = new ListPack();
    SentPack sent = sender.send(list);
    Reference reference = list.built().reference(0, sent.id());
    sink.written(reference, list.built().frame(0));
    return new MapOutcome.Changed(
        grid.sizeBytes(), map, reference, sent.objectBytes(), tally.toList(volume));
  }

  private void checkCounts() {
    Optional<PackId> impossible = tally.impossible();
    if (impossible.isEmpty()) {
      return;
    }
    PackId wrong = impossible.get();
    if (parent.isEmpty()
        || (wrong.session() == pack.session() && wrong.volume().equals(pack.volume()))) {
      throw new IllegalStateException("The length of pack " + wrong.key() + " was never said");
    }
    String key = parent.get().root().packList().pack().key();
    throw new StoreException.Corrupt(
        key,
        key
            + ", pack list: it contradicts its map about pack "
            + wrong.key()
            + "; take this snapshot without a parent, and run `tidemark repository check`");
  }

  /// The list's pack: the list counts the pack it lies in, so it too depends on the number.
  private final class ListPack implements PackSender.PackEncoding {
    private @Nullable PackBuilder built;
    private @Nullable PackId counted;

    @Override
    public ByteBuffer encode(int k, CommitId commitId) {
      if (counted != null) {
        tally.removeList(counted);
      }
      PackId id = new PackId(pack.volume(), pack.session(), k);
      tally.addList(id);
      counted = id;
      ByteBuffer bytes = PackListCodec.write(tally.toList(pack.volume()));
      PackBuilder one =
          new PackBuilder(
              ByteBuffer.allocateDirect(PackBuilder.bytesForOneFrame(bytes.remaining())),
              pack.volume(),
              pack.session(),
              pack.token(),
              PackKind.LIST);
      one.add(hasher.id(bytes), bytes, encoder);
      built = one;
      return one.encode(k, commitId);
    }

    PackBuilder built() {
      return Objects.requireNonNull(built, "the sender never asked for the pack");
    }
  }
}
