package io.tidemark.repository.map;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.format.Varints;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The plaintext of a pack list (FORMAT.md, «Pack lists»): one column a field.
public final class PackListCodec {
  /// Enough for the packs of some hundred TiB; what claims more is refused unread.
  public static final int LARGEST_BYTES = 128 << 20;

  private static final int MAGIC = 'L';
  private static final int FORMAT = 1;
  private static final int HEADER_BYTES = 8;
  private static final int SMALLEST_ENTRY_BYTES = 8;

  /// More than any map has positions; keeps sums of lengths inside 64 bits.
  private static final long LARGEST_FRAMES = 1L << 55;

  private PackListCodec() {}

  /// The plaintext of `list`, ready to be read.
  static ByteBuffer write(PackList list) {
    PackList.Columns columns = list.columns();
    int count = columns.count();
    long room =
        HEADER_BYTES
            + columns.volumes.size() * (VolumeId.BYTES + 5L)
            + count * (10L + 5 + 4 + 10 + 10);
    ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(Math.min(room, LARGEST_BYTES)));
    to.put((byte) MAGIC).put((byte) FORMAT).putShort((short) columns.volumes.size());
    to.putInt(count);
    for (VolumeId volume : columns.volumes) {
      volume.write(to);
    }
    int[] counts = new int[columns.volumes.size()];
    for (int volume : columns.volume) {
      counts[volume]++;
    }
    for (int packs : counts) {
      Varints.put(to, packs);
    }
    for (int i = 0; i < count; i++) {
      long before = sameVolume(columns, i) ? columns.session[i - 1] : 0;
      Varints.put(to, columns.session[i] - before);
    }
    for (int i = 0; i < count; i++) {
      int before = sameSession(columns, i) ? columns.k[i - 1] + 1 : 0;
      Varints.put(to, columns.k[i] - before);
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      for (int objectBytes : columns.objectBytes) {
        to.put((byte) (objectBytes >>> shift));
      }
    }
    for (long liveFrames : columns.liveFrames) {
      Varints.put(to, liveFrames);
    }
    for (int i = 0; i < count; i++) {
      Varints.putSigned(
          to,
          fullyLive(columns.objectBytes[i], columns.liveFrames[i]) - columns.liveStoredBytes[i]);
    }
    return to.flip();
  }

  /// Reads a list whose id has been checked.
  ///
  /// @param home the volume in whose pack it lies
  public static PackList read(VolumeId home, ByteBuffer plaintext) throws MalformedException {
    ByteBuffer from = plaintext.order(ByteOrder.BIG_ENDIAN);
    if (from.remaining() < HEADER_BYTES || from.get() != MAGIC) {
      throw new MalformedException("no pack list begins here");
    }
    int format = Byte.toUnsignedInt(from.get());
    if (format != FORMAT) {
      throw new NewerFormatException("the pack list has format " + format);
    }
    int volumeCount = Short.toUnsignedInt(from.getShort());
    int count = from.getInt();
    if (volumeCount == 0
        || count < 1
        || from.remaining()
            < volumeCount * (VolumeId.BYTES + 1L) + count * (long) SMALLEST_ENTRY_BYTES) {
      throw new MalformedException(
          "the pack list claims "
              + Integer.toUnsignedString(count)
              + " packs of "
              + volumeCount
              + " volumes in "
              + from.remaining()
              + " bytes");
    }
    PackList.Columns columns = new PackList.Columns(volumes(home, from, volumeCount), count);
    readVolumes(from, volumeCount, columns.volume);
    readPacks(from, columns);
    readObjectBytes(from, columns);
    for (int i = 0; i < count; i++) {
      long liveFrames = Varints.read(from);
      if (liveFrames < 1 || liveFrames > LARGEST_FRAMES) {
        throw new MalformedException("the pack list names a pack of " + liveFrames + " frames");
      }
      columns.liveFrames[i] = liveFrames;
    }
    for (int i = 0; i < count; i++) {
      long liveStoredBytes =
          fullyLive(columns.objectBytes[i], columns.liveFrames[i]) - Varints.readSigned(from);
      if (liveStoredBytes < 0) {
        throw new MalformedException(
            "the pack list names a pack of " + liveStoredBytes + " live bytes");
      }
      columns.liveStoredBytes[i] = liveStoredBytes;
    }
    if (from.hasRemaining()) {
      throw new MalformedException("the pack list has " + from.remaining() + " bytes too many");
    }
    return new PackList(home, columns);
  }

  /// Byte by byte, highest first: most packs are about as long, so the upper bytes shrink to
  /// nothing.
  private static void readObjectBytes(ByteBuffer from, PackList.Columns columns)
      throws MalformedException {
    int count = columns.count();
    if (from.remaining() < 4L * count) {
      throw new MalformedException("the pack list is cut short");
    }
    for (int plane = 0; plane < 4; plane++) {
      for (int i = 0; i < count; i++) {
        columns.objectBytes[i] = columns.objectBytes[i] << 8 | Byte.toUnsignedInt(from.get());
      }
    }
    for (int objectBytes : columns.objectBytes) {
      if (objectBytes < 0) {
        throw new MalformedException(
            "the pack list names a pack of " + Integer.toUnsignedString(objectBytes) + " bytes");
      }
    }
  }

  private static void readPacks(ByteBuffer from, PackList.Columns columns)
      throws MalformedException {
    for (int i = 0; i < columns.count(); i++) {
      long before = sameVolume(columns, i) ? columns.session[i - 1] : 0;
      long session = before + Varints.read(from);
      if (session < 1 || session < before) {
        throw new MalformedException("the pack list names session " + session);
      }
      columns.session[i] = session;
    }
    for (int i = 0; i < columns.count(); i++) {
      int before = sameSession(columns, i) ? columns.k[i - 1] + 1 : 0;
      int k = before + Varints.readInt(from, PackId.LARGEST_K);
      if (k > PackId.LARGEST_K) {
        throw new MalformedException("the pack list names pack number " + k);
      }
      columns.k[i] = k;
    }
  }

  private static List<VolumeId> volumes(VolumeId home, ByteBuffer from, int count)
      throws MalformedException {
    List<VolumeId> volumes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      VolumeId next = VolumeId.read(from);
      if (i == 0 ? !next.equals(home) : next.equals(home)) {
        throw new MalformedException("the pack list was not written for volume " + home);
      }
      if (i > 1 && next.compareTo(volumes.get(i - 1)) <= 0) {
        throw new MalformedException("the pack list's volumes are not in order");
      }
      volumes.add(next);
    }
    return List.copyOf(volumes);
  }

  private static void readVolumes(ByteBuffer from, int volumeCount, int[] column)
      throws MalformedException {
    int next = 0;
    for (int volume = 0; volume < volumeCount; volume++) {
      int packs = Varints.readInt(from, column.length - next);
      for (int end = next + packs; next < end; next++) {
        column[next] = volume;
      }
    }
    if (next != column.length) {
      throw new MalformedException(
          "the pack list's volumes have " + next + " packs, not " + column.length);
    }
  }

  private static boolean sameVolume(PackList.Columns columns, int entry) {
    return entry > 0 && columns.volume[entry] == columns.volume[entry - 1];
  }

  private static boolean sameSession(PackList.Columns columns, int entry) {
    return sameVolume(columns, entry) && columns.session[entry] == columns.session[entry - 1];
  }

  /// The frames' bytes when every frame of the pack is named once, as in most packs.
  private static long fullyLive(int objectBytes, long liveFrames) {
    return objectBytes - PackBuilder.overheadBytes(liveFrames);
  }
}
