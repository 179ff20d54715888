package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.format.Varints;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plaintext of a map node (FORMAT.md, «Map nodes»): references as columns.
public final class MapNodeCodec {
  /// No node is longer, whatever it refers to.
  public static final int LARGEST_BYTES =
      12 + (1 + MapNode.FAN_OUT) * VolumeId.BYTES + MapNode.FAN_OUT * (ChunkId.BYTES + 1 + 10 + 15);

  private static final int MAGIC = 'N';
  private static final int FORMAT = 1;

  private MapNodeCodec() {}

  /// Writes a node that will lie in a pack of `home`, at the position of `to`.
  ///
  /// @param slots 64 of them, at least one not null
  static void write(VolumeId home, int level, @Nullable Reference[] slots, ByteBuffer to) {
    List<VolumeId> volumes = new ArrayList<>(1);
    volumes.add(home);
    long present = 0;
    for (int slot = 0; slot < slots.length; slot++) {
      Reference reference = slots[slot];
      if (reference != null) {
        present |= 1L << slot;
        VolumeId volume = reference.pack().volume();
        if (!volumes.contains(volume)) {
          volumes.add(volume);
        }
      }
    }
    to.order(ByteOrder.BIG_ENDIAN);
    to.put((byte) MAGIC).put((byte) FORMAT).put((byte) level).put((byte) volumes.size());
    to.putLong(present);
    for (VolumeId volume : volumes) {
      volume.write(to);
    }
    for (Reference reference : slots) {
      if (reference != null) {
        reference.id().write(to);
      }
    }
    if (volumes.size() > 1) {
      for (Reference reference : slots) {
        if (reference != null) {
          to.put((byte) volumes.indexOf(reference.pack().volume()));
        }
      }
    }
    long session = 0;
    for (Reference reference : slots) {
      if (reference != null) {
        Varints.putSigned(to, reference.pack().session() - session);
        session = reference.pack().session();
      }
    }
    int k = 0;
    for (Reference reference : slots) {
      if (reference != null) {
        Varints.putSigned(to, reference.pack().k() - k);
        k = reference.pack().k();
      }
    }
    Reference previous = null;
    for (Reference reference : slots) {
      if (reference != null) {
        Varints.putSigned(to, reference.offsetBytes() - likelyOffset(previous, reference.pack()));
        previous = reference;
      }
    }
    for (Reference reference : slots) {
      if (reference != null) {
        Varints.put(to, reference.lengthBytes());
      }
    }
  }

  /// Reads a node whose id has been checked.
  ///
  /// @param home the volume in whose pack it lies
  /// @param plaintext all of it; its position moves to the end
  public static MapNode read(VolumeId home, int level, ByteBuffer plaintext)
      throws MalformedException {
    ByteBuffer from = plaintext.order(ByteOrder.BIG_ENDIAN);
    if (from.remaining() < 12 || from.get() != MAGIC) {
      throw new MalformedException("no map node begins here");
    }
    int format = Byte.toUnsignedInt(from.get());
    if (format != FORMAT) {
      throw new NewerFormatException("the map node has format " + format);
    }
    int found = Byte.toUnsignedInt(from.get());
    if (found != level || level < 1 || level > MapShape.LARGEST_LEVEL) {
      throw new MalformedException("the map node is of level " + found + ", not " + level);
    }
    int volumeCount = Byte.toUnsignedInt(from.get());
    long present = from.getLong();
    int count = Long.bitCount(present);
    if (count == 0 || volumeCount == 0 || volumeCount > 1 + count) {
      throw new MalformedException(
          "the map node has " + count + " references into " + volumeCount + " volumes");
    }
    // Each reference takes its id and at least four bytes of columns.
    if (from.remaining() < volumeCount * VolumeId.BYTES + count * (ChunkId.BYTES + 4)) {
      throw new MalformedException("the map node is cut short");
    }
    VolumeId[] volumes = new VolumeId[volumeCount];
    for (int i = 0; i < volumeCount; i++) {
      volumes[i] = VolumeId.read(from);
    }
    if (!volumes[0].equals(home)) {
      throw new MalformedException("the map node was written for volume " + volumes[0]);
    }
    ChunkId[] ids = new ChunkId[count];
    for (int i = 0; i < count; i++) {
      ids[i] = ChunkId.read(from);
    }
    PackId[] packs = packs(from, volumes, count);
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = Varints.readSigned(from);
    }
    @Nullable Reference[] slots = new @Nullable Reference[MapNode.FAN_OUT];
    Reference previous = null;
    int slot = -1;
    for (int i = 0; i < count; i++) {
      int lengthBytes = Varints.readInt(from, Integer.MAX_VALUE);
      int likely = likelyOffset(previous, packs[i]);
      long offsetBytes = likely + offsets[i];
      if (lengthBytes == 0 || offsetBytes < 0 || offsetBytes + lengthBytes > Integer.MAX_VALUE) {
        throw new MalformedException(
            "the map node refers to " + lengthBytes + " bytes at " + offsetBytes);
      }
      previous = new Reference(ids[i], packs[i], (int) offsetBytes, lengthBytes);
      do {
        slot++;
      } while ((present >>> slot & 1) == 0);
      slots[slot] = previous;
    }
    if (from.hasRemaining()) {
      throw new MalformedException("the map node has " + from.remaining() + " bytes too many");
    }
    return new MapNode(level, slots);
  }

  private static PackId[] packs(ByteBuffer from, VolumeId[] volumes, int count)
      throws MalformedException {
    int[] volume = new int[count];
    if (volumes.length > 1) {
      for (int i = 0; i < count; i++) {
        volume[i] = Byte.toUnsignedInt(from.get());
        if (volume[i] >= volumes.length) {
          throw new MalformedException("the map node has no volume number " + volume[i]);
        }
      }
    }
    long[] sessions = new long[count];
    long session = 0;
    for (int i = 0; i < count; i++) {
      session += Varints.readSigned(from);
      sessions[i] = session;
    }
    PackId[] packs = new PackId[count];
    long k = 0;
    for (int i = 0; i < count; i++) {
      k += Varints.readSigned(from);
      if (sessions[i] < 1 || k < 0 || k > PackId.LARGEST_K) {
        throw new MalformedException(
            "the map node refers to pack " + k + " of session " + sessions[i]);
      }
      PackId before = i == 0 ? null : packs[i - 1];
      // Neighbours mostly lie in one pack: one object stands for all of them.
      packs[i] =
          before != null
                  && before.k() == k
                  && before.session() == sessions[i]
                  && volume[i] == volume[i - 1]
              ? before
              : new PackId(volumes[volume[i]], sessions[i], (int) k);
    }
    return packs;
  }

  /// Where a frame lies if it follows the frame before it, or begins its pack.
  private static int likelyOffset(@Nullable Reference previous, PackId pack) {
    return previous != null && previous.pack().equals(pack)
        ? previous.offsetBytes() + previous.lengthBytes()
        : PackHeader.BYTES;
  }
}
