package io.tidemark.repository.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/// Stored JSON of any size: as it is up to 4 KiB, above that as one zstd frame.
public final class CompressedCodec {
  private static final int LARGEST_PLAIN_BYTES = 4 << 10;
  private static final int LARGEST_DECODED_BYTES = 256 << 20;
  private static final int ZSTD_LEVEL = 3;
  private static final int ZSTD_MAGIC = 0x28b52ffd;

  private CompressedCodec() {}

  public static byte[] encode(byte[] plain) {
    return plain.length <= LARGEST_PLAIN_BYTES ? plain : Zstd.compress(plain, ZSTD_LEVEL);
  }

  /// Undoes [#encode]; the size is checked before anything is allocated.
  public static byte[] decode(byte[] stored) throws MalformedException {
    if (!isCompressed(stored)) {
      return stored;
    }
    long size = Zstd.getFrameContentSize(stored);
    if (size <= 0 || size > LARGEST_DECODED_BYTES) {
      throw new MalformedException("its decoded size of " + size + " bytes is out of bounds");
    }
    try {
      byte[] plain = Zstd.decompress(stored, (int) size);
      if (plain.length != size) {
        throw new MalformedException("it decodes to " + plain.length + " bytes, not " + size);
      }
      return plain;
    } catch (ZstdException e) {
      throw new MalformedException("it is not a zstd frame: " + e.getMessage());
    }
  }

  private static boolean isCompressed(byte[] stored) {
    return stored.length >= 4
        && ((stored[0] & 0xff) << 24
                | (stored[1] & 0xff) << 16
                | (stored[2] & 0xff) << 8
                | (stored[3] & 0xff))
            == ZSTD_MAGIC;
  }
}
