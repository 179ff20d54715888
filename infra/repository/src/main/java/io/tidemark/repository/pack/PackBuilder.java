package io.tidemark.repository.pack;

import static java.util.Objects.checkIndex;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Builds one pack after the other in one buffer: frames are compressed straight into their place,
/// header and footer are written around them once the number is known. For one thread at a time.
public final class PackBuilder implements PackSender.PackEncoding {
  /// What [#add] answers when the frame might not fit any more.
  public static final int FULL = -1;

  /// The length that packs are made for.
  public static final int TARGET_BYTES = 16 << 20;

  private final ByteBuffer buffer;
  private final VolumeId volume;
  private final long session;
  private final Token token;
  private final PackKind kind;

  private int entries;
  private int endBytes = PackHeader.BYTES;
  private ChunkId[] ids = new ChunkId[1024];
  private int[] offsets = new int[1024];

  /// @param buffer direct or on the heap; its capacity bounds the pack, and [#TARGET_BYTES] makes a
  ///   common one. It belongs to the builder from now on.
  public PackBuilder(ByteBuffer buffer, VolumeId volume, long session, Token token, PackKind kind) {
    this.buffer = buffer.clear();
    this.volume = volume;
    this.session = session;
    this.token = token;
    this.kind = kind;
  }

  /// The buffer that a pack of one frame needs.
  public static int bytesForOneFrame(int plaintextBytes) {
    return PackHeader.BYTES + FrameEncoder.largestFrameBytes(plaintextBytes) + PackFooter.bytes(1);
  }

  /// The bytes of a pack of `frames` that are not those frames.
  public static long overheadBytes(long frames) {
    return PackHeader.BYTES + frames * PackFooter.ENTRY_BYTES + PackFooter.TRAILER_BYTES;
  }

  /// Whether `frames` more of `plaintextBytes` each are sure to fit.
  public boolean hasRoomFor(int frames, int plaintextBytes) {
    return entries + frames <= PackFooter.LARGEST_ENTRIES
        && endBytes
                + (long) frames * FrameEncoder.largestFrameBytes(plaintextBytes)
                + PackFooter.bytes(entries + frames)
            <= buffer.capacity();
  }

  /// Adds the frame of a chunk or node. `plaintext` is not moved.
  ///
  /// @return the entry's index, or [#FULL] when it might not fit: nothing was added, send this pack
  ///   first
  public int add(ChunkId id, ByteBuffer plaintext, FrameEncoder encoder) {
    if (!hasRoomFor(1, plaintext.remaining())) {
      if (entries == 0) {
        throw new IllegalArgumentException(
            "A buffer of "
                + buffer.capacity()
                + " bytes holds no pack of one frame of "
                + plaintext.remaining());
      }
      return FULL;
    }
    buffer.clear().position(endBytes);
    int frameBytes = encoder.encode(plaintext, buffer);
    if (entries == ids.length) {
      ids = Arrays.copyOf(ids, 2 * entries);
      offsets = Arrays.copyOf(offsets, 2 * entries);
    }
    ids[entries] = id;
    offsets[entries] = endBytes;
    endBytes += frameBytes;
    return entries++;
  }

  public int entries() {
    return entries;
  }

  public VolumeId volume() {
    return volume;
  }

  public long session() {
    return session;
  }

  public Token token() {
    return token;
  }

  public PackKind kind() {
    return kind;
  }

  public ChunkId id(int entry) {
    return ids[checkIndex(entry, entries)];
  }

  /// Where the entry's frame begins in the pack.
  public int offsetBytes(int entry) {
    return offsets[checkIndex(entry, entries)];
  }

  /// The length of the entry's frame, its header included.
  public int lengthBytes(int entry) {
    checkIndex(entry, entries);
    return (entry + 1 == entries ? endBytes : offsets[entry + 1]) - offsets[entry];
  }

  /// What refers to the entry once this pack is known to be `pack`.
  public Reference reference(int entry, PackId pack) {
    return new Reference(id(entry), pack, offsetBytes(entry), lengthBytes(entry));
  }

  /// The bytes of all frames so far.
  public int frameBytes() {
    return endBytes - PackHeader.BYTES;
  }

  /// A read-only view of the entry's frame; gone with the next [#truncate] or [#clear].
  public ByteBuffer frame(int entry) {
    return buffer.asReadOnlyBuffer().clear().slice(offsetBytes(entry), lengthBytes(entry));
  }

  /// Takes back all entries from `entries` on.
  public void truncate(int entries) {
    if (entries < this.entries) {
      endBytes = offsets[checkIndex(entries, this.entries)];
      this.entries = entries;
    }
  }

  /// Makes room for the next pack of the same session.
  public void clear() {
    truncate(0);
  }

  /// The whole object under number `k`: header, frames, footer. May be called again with another
  /// number; the builder stays as it is until [#clear].
  @Override
  public ByteBuffer encode(int k, CommitId commitId) {
    PackHeader header = new PackHeader(new PackId(volume, session, k), kind, token, commitId);
    buffer.clear();
    header.write(buffer);
    buffer.position(endBytes);
    PackFooter.write(this, header, buffer);
    return buffer.flip().asReadOnlyBuffer();
  }
}
