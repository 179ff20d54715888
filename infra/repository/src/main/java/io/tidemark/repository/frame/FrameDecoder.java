package io.tidemark.repository.frame;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.tidemark.repository.format.MalformedException;
import java.nio.ByteBuffer;

/// Decodes frames from untrusted bytes. For one thread at a time; holds native memory until closed.
public final class FrameDecoder implements AutoCloseable {
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

  /// Decodes `frame`, whose remaining bytes are exactly one frame, to the position of `into` and
  /// moves that past the plaintext; `frame` is not moved. Both may be direct or on the heap.
  ///
  /// The bytes are not yet trustworthy: compare their id.
  ///
  /// @return the plaintext's length
  /// @throws MalformedException when it is no frame, or its plaintext does not fit into `into`:
  ///   nothing larger is ever unpacked
  public int decode(ByteBuffer frame, ByteBuffer into) throws MalformedException {
    FrameHeader header = FrameHeader.read(frame);
    int plaintextBytes = header.plaintextBytes();
    if (plaintextBytes > into.remaining()) {
      throw new MalformedException(
          "the frame unpacks to "
              + plaintextBytes
              + " bytes, at most "
              + into.remaining()
              + " are expected");
    }
    int body = frame.position() + FrameHeader.BYTES;
    int at = into.position();
    if (header.codec() == FrameHeader.RAW) {
      into.put(at, frame, body, plaintextBytes);
    } else {
      int bytes;
      try {
        bytes = decompress(frame, body, header.storedBytes(), into, at, plaintextBytes);
      } catch (ZstdException e) {
        throw new MalformedException("the frame does not unpack: " + e.getMessage());
      }
      if (bytes != plaintextBytes) {
        throw new MalformedException(
            "the frame claims " + plaintextBytes + " bytes and unpacks to " + bytes);
      }
    }
    into.position(at + plaintextBytes);
    return plaintextBytes;
  }

  private int decompress(
      ByteBuffer from, int body, int bodyBytes, ByteBuffer into, int at, int room) {
    ByteBuffer source = from;
    int offset = body;
    if (!from.isDirect() && !from.hasArray()) {
      source = ByteBuffer.allocate(bodyBytes).put(0, from, body, bodyBytes);
      offset = 0;
    }
    if (!into.isDirect() && !into.hasArray()) {
      throw new IllegalArgumentException("Cannot decode into a read-only buffer");
    }
    if (source.isDirect()) {
      return into.isDirect()
          ? zstd.decompressDirectByteBuffer(into, at, room, source, offset, bodyBytes)
          : zstd.decompressDirectByteBufferToByteArray(
              into.array(), into.arrayOffset() + at, room, source, offset, bodyBytes);
    }
    int arrayOffset = source.arrayOffset() + offset;
    return into.isDirect()
        ? zstd.decompressByteArrayToDirectByteBuffer(
            into, at, room, source.array(), arrayOffset, bodyBytes)
        : zstd.decompressByteArray(
            into.array(), into.arrayOffset() + at, room, source.array(), arrayOffset, bodyBytes);
  }

  @Override
  public void close() {
    zstd.close();
  }
}
