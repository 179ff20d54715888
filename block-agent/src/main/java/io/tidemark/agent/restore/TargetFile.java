package io.tidemark.agent.restore;

import io.tidemark.agent.system.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// An open file or device that is written to, with errors that name target and range, and with the
/// kernel kept busy writing back so that little is left for the last fsync.
final class TargetFile implements AutoCloseable {
  /// Measured on a virtual disk of 1.3 GB/s: 16 to 64 MiB save a quarter of the time of 3 GiB.
  private static final long WRITEBACK_BYTES = 32 << 20;

  private final String name;
  private final OpenFile file;
  private final String leftBehind;
  private final AtomicLong writtenBytes = new AtomicLong();
  private final AtomicLong dirtyBytes = new AtomicLong();
  private final AtomicBoolean isWritingBack = new AtomicBoolean();

  /// @param leftBehind what a failure leaves, one sentence for messages
  TargetFile(String name, OpenFile file, String leftBehind) {
    this.name = name;
    this.file = file;
    this.leftBehind = leftBehind;
  }

  String name() {
    return name;
  }

  OpenFile file() {
    return file;
  }

  long writtenBytes() {
    return writtenBytes.get();
  }

  /// What a failure leaves by now, one sentence.
  String leftBehind() {
    return writtenBytes() == 0 ? "Nothing was written to " + name + "." : leftBehind;
  }

  void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    int lengthBytes = bytes.remaining();
    try {
      file.write(offsetBytes, bytes);
      writtenBytes.addAndGet(lengthBytes);
      writeBackAfter(lengthBytes);
    } catch (IOException e) {
      throw failed(Failures.range(offsetBytes, lengthBytes), e);
    }
  }

  void writeZeroes(long offsetBytes, long lengthBytes) throws TargetException {
    long endBytes = offsetBytes + lengthBytes;
    for (long at = offsetBytes; at < endBytes; at += Bytes.mostZeroes()) {
      write(at, Bytes.zeroes((int) Math.min(Bytes.mostZeroes(), endBytes - at)));
    }
  }

  /// What was zeroed by other means than writing.
  void countZeroed(long lengthBytes) {
    writtenBytes.addAndGet(lengthBytes);
  }

  void read(long offsetBytes, ByteBuffer into) throws TargetException {
    int lengthBytes = into.remaining();
    try {
      file.read(offsetBytes, into);
    } catch (IOException e) {
      throw failed(Failures.range(offsetBytes, lengthBytes), e);
    }
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
  }

  void sync() throws TargetException {
    try {
      file.sync();
    } catch (IOException e) {
      throw failed("the last bytes", e);
    }
  }

  TargetException failed(String what, IOException e) {
    return Failures.of(name, what, leftBehind, e);
  }

  private void writeBackAfter(int lengthBytes) throws IOException {
    long dirty = dirtyBytes.addAndGet(lengthBytes);
    if (dirty >= WRITEBACK_BYTES && isWritingBack.compareAndSet(false, true)) {
      try {
        dirtyBytes.addAndGet(-dirty);
        file.startWriteback(0, 0); // to the end
      } finally {
        isWritingBack.set(false);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
