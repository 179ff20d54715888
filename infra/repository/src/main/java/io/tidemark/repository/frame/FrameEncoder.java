package io.tidemark.repository.frame;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Encodes frames. For one thread at a time; holds native memory until closed.
public final class FrameEncoder implements AutoCloseable {
  /// Fast enough that two cores hash, compress and send at the speed of a disk.
  public static final int DEFAULT_LEVEL = 1;

  // 16 samples of 64 bytes. Random bytes give 2,046 equal pairs, give or take 45; bytes that give
  // no
  // more than this have 7.8 bits of information each, so that zstd would not save a sixteenth.
  private static final int SAMPLES = 16;
  private static final int SAMPLE_BYTES = 64;
  private static final int MOST_PAIRS_OF_NOISE = 2250;
  private static final int SMALLEST_SAMPLED_BYTES = 4 << 10;

  private final int[] histogram = new int[256];
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private ByteBuffer scratchFrom = ByteBuffer.allocateDirect(0);
  private ByteBuffer scratchInto = ByteBuffer.allocateDirect(0);

  /// @param zstdLevel from -7 (fastest) to 19; negative ones trade size for speed
  public FrameEncoder(int zstdLevel) {
    if (zstdLevel < -7 || zstdLevel > 19) {
      throw new IllegalArgumentException(
          "No compression level: " + zstdLevel + " (wanted -7 to 19)");
    }
    zstd.setLevel(zstdLevel);
  }

  /// The room that [#encode] asks for, whatever the bytes are.
  public static int largestFrameBytes(int plaintextBytes) {
    return Math.toIntExact(FrameHeader.BYTES + Zstd.compressBound(plaintextBytes));
  }

  /// Writes one frame of the remaining bytes of `plaintext` at the position of `into` and moves
  /// that past it; `plaintext` is not moved. Both may be direct or on the heap.
  ///
  /// @return the frame's length, header included
  /// @throws IllegalArgumentException when less than [#largestFrameBytes] remain in `into`
  public int encode(ByteBuffer plaintext, ByteBuffer into) {
    int plaintextBytes = plaintext.remaining();
    int room = largestFrameBytes(plaintextBytes);
    if (into.remaining() < room) {
      throw new IllegalArgumentException(
          "A frame may need " + room + " bytes, " + into.remaining() + " are free");
    }
    int at = into.position();
    int body = at + FrameHeader.BYTES;
    int compressedBytes =
        isNoise(plaintext)
            ? plaintextBytes
            : compress(plaintext, into, body, room - FrameHeader.BYTES);
    FrameHeader header;
    if (compressedBytes > plaintextBytes - plaintextBytes / 16
        || compressedBytes == plaintextBytes) {
      into.put(body, plaintext, plaintext.position(), plaintextBytes);
      header = new FrameHeader(FrameHeader.RAW, plaintextBytes, plaintextBytes);
    } else {
      header = new FrameHeader(FrameHeader.ZSTD, plaintextBytes, compressedBytes);
    }
    header.write(into, at);
    into.position(body + header.storedBytes());
    return FrameHeader.BYTES + header.storedBytes();
  }

  /// Whether the bytes look random, as those of compressed and encrypted files do: zstd takes its
  /// time to find that out.
  private boolean isNoise(ByteBuffer plaintext) {
    int bytes = plaintext.remaining();
    if (bytes < SMALLEST_SAMPLED_BYTES) {
      return false;
    }
    Arrays.fill(histogram, 0);
    int pairs = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      int at = plaintext.position() + sample * (bytes / SAMPLES);
      for (int end = at + SAMPLE_BYTES; at < end; at += Long.BYTES) {
        long word = plaintext.getLong(at);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
          pairs += histogram[(int) (word >>> shift) & 0xff]++;
        }
      }
    }
    return pairs <= MOST_PAIRS_OF_NOISE;
  }

  private int compress(ByteBuffer from, ByteBuffer into, int at, int room) {
    if (from.isDirect() && into.isDirect()) {
      return zstd.compressDirectByteBuffer(into, at, room, from, from.position(), from.remaining());
    }
    if (from.hasArray() && into.hasArray()) {
      return zstd.compressByteArray(
          into.array(),
          into.arrayOffset() + at,
          room,
          from.array(),
          from.arrayOffset() + from.position(),
          from.remaining());
    }
    ByteBuffer directFrom = from;
    if (!from.isDirect()) {
      scratchFrom = atLeast(scratchFrom, from.remaining());
      directFrom = scratchFrom.put(0, from, from.position(), from.remaining());
      directFrom.clear().limit(from.remaining());
    }
    if (into.isDirect()) {
      return zstd.compressDirectByteBuffer(
          into, at, room, directFrom, directFrom.position(), directFrom.remaining());
    }
    scratchInto = atLeast(scratchInto, room);
    int bytes =
        zstd.compressDirectByteBuffer(
            scratchInto, 0, room, directFrom, directFrom.position(), directFrom.remaining());
    into.put(at, scratchInto, 0, bytes);
    return bytes;
  }

  private static ByteBuffer atLeast(ByteBuffer scratch, int bytes) {
    return scratch.capacity() >= bytes ? scratch.clear() : ByteBuffer.allocateDirect(bytes);
  }

  @Override
  public void close() {
    zstd.close();
  }
}
