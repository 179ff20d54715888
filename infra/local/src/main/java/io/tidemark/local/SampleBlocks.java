package io.tidemark.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Blocks of made-up content, the same every time, each with a mark by which it is found again
/// wherever a file system has put it.
final class SampleBlocks {
  static final int BLOCK_BYTES = 4096;
  static final int BLOCKS_PER_MIB = 256;

  private static final int MIB_BYTES = 1 << 20;
  private static final long SEED = 0x7464_6d6b;
  private static final byte[] MARK = "tidemark".getBytes(StandardCharsets.US_ASCII);
  private static final List<byte[]> WORDS =
      Stream.of(
              "tide", "harbour", "the", "of", "anchor", "and", "a", "lantern", "keel", "is", "rope",
              "in", "north", "salt", "to", "mast", "under", "gull", "chart", "wind", "fathom")
          .map(word -> (word + " ").getBytes(StandardCharsets.US_ASCII))
          .toList();

  private SampleBlocks() {}

  /// What a block holds.
  enum Kind {
    TEXT('t'),
    INCOMPRESSIBLE('i');

    /// Follows the mark in a block.
    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }
  }

  /// Where marked blocks lie in an image.
  ///
  /// @param texts offsets, ascending
  /// @param incompressible contiguous regions, ascending
  record Found(List<Long> texts, List<Region> incompressible) {
    long incompressibleBytes() {
      return incompressible.stream().mapToLong(Region::lengthBytes).sum();
    }

    long longestBytes() {
      return incompressible.stream().mapToLong(Region::lengthBytes).max().orElse(0);
    }
  }

  record Region(long offsetBytes, long lengthBytes) {}

  /// The block with that number.
  static byte[] block(Kind kind, long number) {
    SplittableRandom random = new SplittableRandom(SEED ^ number);
    byte[] block = new byte[BLOCK_BYTES];
    switch (kind) {
      case TEXT -> fill(block, random);
      case INCOMPRESSIBLE -> random.nextBytes(block);
    }
    System.arraycopy(MARK, 0, block, 0, MARK.length);
    block[MARK.length] = kind.code;
    return block;
  }

  /// Text without a mark.
  static byte[] text(long number, int lengthBytes) {
    byte[] text = new byte[lengthBytes];
    fill(text, new SplittableRandom(SEED ^ number));
    return text;
  }

  private static void fill(byte[] block, SplittableRandom random) {
    int at = 0;
    while (at < block.length) {
      byte[] word = WORDS.get(random.nextInt(WORDS.size()));
      int length = Math.min(word.length, block.length - at);
      System.arraycopy(word, 0, block, at, length);
      at += length;
    }
  }

  /// Writes blocks from `first` on, one after the other.
  static void write(FileChannel channel, long offsetBytes, Kind kind, long first, long blocks)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MIB_BYTES);
    long at = offsetBytes;
    long next = first;
    while (next < first + blocks) {
      buffer.clear();
      while (buffer.hasRemaining() && next < first + blocks) {
        buffer.put(block(kind, next));
        next++;
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    }
  }

  /// Looks at every block of an image.
  static Found find(FileChannel channel) throws IOException {
    List<Long> texts = new ArrayList<>();
    List<Region> regions = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocateDirect(MIB_BYTES);
    byte[] mark = new byte[MARK.length];
    long size = channel.size();
    long begin = -1;
    for (long at = 0; at < size; at += MIB_BYTES) {
      fill(channel, at, buffer.clear());
      for (int i = 0; i + BLOCK_BYTES <= buffer.limit(); i += BLOCK_BYTES) {
        buffer.get(i, mark);
        int kind = Arrays.equals(mark, MARK) ? buffer.get(i + MARK.length) : -1;
        if (kind == Kind.TEXT.code) {
          texts.add(at + i);
        }
        boolean inside = kind == Kind.INCOMPRESSIBLE.code;
        if (inside && begin < 0) {
          begin = at + i;
        } else if (!inside && begin >= 0) {
          regions.add(new Region(begin, at + i - begin));
          begin = -1;
        }
      }
    }
    if (begin >= 0) {
      regions.add(new Region(begin, size - begin));
    }
    return new Found(texts, regions);
  }

  private static void fill(FileChannel channel, long offsetBytes, ByteBuffer buffer)
      throws IOException {
    int count;
    do {
      count = channel.read(buffer, offsetBytes + buffer.position());
    } while (count >= 0 && buffer.hasRemaining());
    buffer.flip();
  }
}
