package io.tidemark.repository.map;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.frame.FrameHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Reads nodes and pack lists from the store. The nodes of one commit lie together in the order
/// they are walked in, so it reads ahead: more, the longer a walk goes on. Keeps at most
/// [#LARGEST_CACHE_BYTES] of what it read.
///
/// Failures name the pack's key, the range and what to do.
public final class StoreNodeSource implements NodeSource, AutoCloseable {
  /// Bounds the memory for bytes read ahead, however large the volume is.
  public static final int LARGEST_CACHE_BYTES = 16 << 20;

  private static final int SMALLEST_READ_BYTES = 64 << 10;
  private static final int LARGEST_READ_BYTES = 2 << 20;

  private final ObjectStore store;
  private final NodeSink sink;
  private final ConcurrentLinkedQueue<NodeDecoder> decoders = new ConcurrentLinkedQueue<>();

  // Guarded by this.
  private final Map<PackId, TreeMap<Integer, Stretch>> stretches = new HashMap<>();
  private final LinkedHashMap<Stretch, Boolean> byAge = new LinkedHashMap<>(16, 0.75f, true);
  private long cachedBytes;

  public StoreNodeSource(ObjectStore store) {
    this(store, (reference, frame) -> {});
  }

  /// @param sink is shown every node and pack list that was read and is sound
  public StoreNodeSource(ObjectStore store, NodeSink sink) {
    this.store = store;
    this.sink = sink;
  }

  /// Bytes of a pack that one request brought.
  private static final class Stretch {
    final PackId pack;
    final int offsetBytes;
    final byte[] bytes;

    Stretch(PackId pack, int offsetBytes, byte[] bytes) {
      this.pack = pack;
      this.offsetBytes = offsetBytes;
      this.bytes = bytes;
    }

    int endBytes() {
      return offsetBytes + bytes.length;
    }
  }

  @Override
  public MapNode load(Reference node, int level) {
    NodeDecoder decoder = borrow();
    try {
      if (node.lengthBytes() > FrameHeader.BYTES + MapNodeCodec.LARGEST_BYTES) {
        throw new MalformedException("no map node has " + node.lengthBytes() + " bytes");
      }
      ByteBuffer frame = frame(node);
      MapNode loaded = decoder.node(node, level, frame);
      sink.written(node, frame);
      return loaded;
    } catch (MalformedException e) {
      throw e.at(node.pack().key(), "map node at " + range(node), Remedy.CHECK);
    } finally {
      decoders.add(decoder);
    }
  }

  @Override
  public PackList loadPackList(Reference list) {
    NodeDecoder decoder = borrow();
    try {
      if (list.lengthBytes() > FrameHeader.BYTES + PackListCodec.LARGEST_BYTES) {
        throw new MalformedException("no pack list has " + list.lengthBytes() + " bytes");
      }
      ByteBuffer frame = ByteBuffer.wrap(get(list.pack(), range(list), "pack list"));
      PackList loaded = decoder.packList(list, frame);
      sink.written(list, frame);
      return loaded;
    } catch (MalformedException e) {
      throw e.at(list.pack().key(), "pack list at " + range(list), Remedy.CHECK);
    } finally {
      decoders.add(decoder);
    }
  }

  private NodeDecoder borrow() {
    NodeDecoder free = decoders.poll();
    return free != null ? free : new NodeDecoder();
  }

  private ByteBuffer frame(Reference node) throws MalformedException {
    Stretch stretch = find(node);
    if (stretch == null) {
      ByteRange range = ahead(node);
      stretch =
          new Stretch(node.pack(), (int) range.offsetBytes(), get(node.pack(), range, "map node"));
      if (stretch.endBytes() < node.offsetBytes() + node.lengthBytes()) {
        throw new MalformedException("the object ends at " + stretch.endBytes());
      }
      keep(stretch);
    }
    return ByteBuffer.wrap(stretch.bytes)
        .slice(node.offsetBytes() - stretch.offsetBytes, node.lengthBytes());
  }

  private byte[] get(PackId pack, ByteRange range, String what) {
    try {
      return store.get(pack.key(), range);
    } catch (StoreException.Missing e) {
      throw new StoreException.Missing(
          pack.key(),
          pack.key()
              + ", "
              + what
              + " at "
              + range
              + ": there is no such object, or it ends before; "
              + Remedy.CHECK.text());
    }
  }

  private synchronized @Nullable Stretch find(Reference node) {
    TreeMap<Integer, Stretch> known = stretches.get(node.pack());
    Map.Entry<Integer, Stretch> before =
        known == null ? null : known.floorEntry(node.offsetBytes());
    if (before == null || before.getValue().endBytes() < node.offsetBytes() + node.lengthBytes()) {
      return null;
    }
    byAge.get(before.getValue()); // now the youngest
    return before.getValue();
  }

  /// A walk that goes on where the last stretch ended gets twice as much. Anything else gets the
  /// bytes around it: the nodes above lie right behind those below.
  private synchronized ByteRange ahead(Reference node) {
    TreeMap<Integer, Stretch> known = stretches.get(node.pack());
    Map.Entry<Integer, Stretch> before =
        known == null ? null : known.floorEntry(node.offsetBytes());
    if (before != null) {
      Stretch last = before.getValue();
      int gapBytes = node.offsetBytes() - last.endBytes();
      if (gapBytes < SMALLEST_READ_BYTES) {
        return new ByteRange(
            node.offsetBytes(),
            Math.max(node.lengthBytes(), Math.min(2 * last.bytes.length, LARGEST_READ_BYTES)));
      }
    }
    int lead = Math.min(node.offsetBytes(), SMALLEST_READ_BYTES / 2);
    return new ByteRange(
        node.offsetBytes() - lead, lead + Math.max(node.lengthBytes(), SMALLEST_READ_BYTES / 2));
  }

  private synchronized void keep(Stretch stretch) {
    Stretch replaced =
        stretches
            .computeIfAbsent(stretch.pack, _ -> new TreeMap<>())
            .put(stretch.offsetBytes, stretch);
    if (replaced != null) {
      byAge.remove(replaced);
      cachedBytes -= replaced.bytes.length;
    }
    byAge.put(stretch, true);
    cachedBytes += stretch.bytes.length;
    while (cachedBytes > LARGEST_CACHE_BYTES && byAge.size() > 1) {
      Stretch oldest = byAge.firstEntry().getKey();
      byAge.remove(oldest);
      cachedBytes -= oldest.bytes.length;
      TreeMap<Integer, Stretch> others = stretches.get(oldest.pack);
      if (others != null) {
        others.remove(oldest.offsetBytes);
        if (others.isEmpty()) {
          stretches.remove(oldest.pack);
        }
      }
    }
  }

  private static ByteRange range(Reference reference) {
    return new ByteRange(reference.offsetBytes(), reference.lengthBytes());
  }

  @Override
  public void close() {
    for (NodeDecoder decoder = decoders.poll(); decoder != null; decoder = decoders.poll()) {
      decoder.close();
    }
  }
}
