package io.tidemark.repository.store.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads the remaining bytes of a buffer, heap or direct, without a copy of the whole.
final class BufferStream extends InputStream {
  private final ByteBuffer buffer;

  /// @param buffer position and limit stay as they are
  BufferStream(ByteBuffer buffer) {
    this.buffer = buffer.duplicate();
  }

  @Override
  public int read() {
    return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length > 0 && !buffer.hasRemaining()) {
      return -1;
    }
    int taken = Math.min(length, buffer.remaining());
    buffer.get(into, offset, taken);
    return taken;
  }

  @Override
  public int available() {
    return buffer.remaining();
  }
}
