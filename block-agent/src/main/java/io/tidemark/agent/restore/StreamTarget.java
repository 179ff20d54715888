package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Terminals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Standard output: every byte in order, zeroes too.
final class StreamTarget implements RestoreTarget {
  private static final String NAME = "standard output";

  private final WritableByteChannel channel;
  private final long sizeBytes;
  private long positionBytes;

  StreamTarget(WritableByteChannel channel, long sizeBytes) {
    this.channel = channel;
    this.sizeBytes = sizeBytes;
  }

  static StreamTarget toStandardOutput(long sizeBytes) throws TargetException {
    if (Terminals.isStandardOutputATerminal()) {
      throw new TargetException.NotATarget(
          NAME,
          "is a terminal, and a volume is no text. Send it to a file or into a pipe"
              + " (tidemark snapshot restore SNAPSHOT --to - | …), or give a path.");
    }
    return new StreamTarget(new FileOutputStream(FileDescriptor.out).getChannel(), sizeBytes);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public Order order() {
    return Order.SEQUENTIAL;
  }

  @Override
  public Optional<Present> present() {
    return Optional.empty();
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public String leftBehind() {
    return positionBytes == 0
        ? "Nothing was written to standard output."
        : "Whatever received the first " + positionBytes + " bytes has an incomplete copy.";
  }

  @Override
  public long writtenBytes() {
    return positionBytes;
  }

  @Override
  public void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    Ranges.check(this, offsetBytes, bytes.remaining());
    if (offsetBytes != positionBytes) {
      throw new IllegalArgumentException(
          "Bytes at " + offsetBytes + " are not next: " + positionBytes + " were written");
    }
    try {
      while (bytes.hasRemaining()) {
        positionBytes += channel.write(bytes);
      }
    } catch (IOException e) {
      throw new TargetException.Failed(
          NAME,
          "took only "
              + positionBytes
              + " of "
              + sizeBytes
              + " bytes ("
              + e.getMessage()
              + "). Whatever received them has an incomplete copy.",
          e);
    }
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws TargetException {
    Ranges.check(this, offsetBytes, lengthBytes);
    long endBytes = offsetBytes + lengthBytes;
    for (long at = offsetBytes; at < endBytes; at += Bytes.mostZeroes()) {
      write(at, Bytes.zeroes((int) Math.min(Bytes.mostZeroes(), endBytes - at)));
    }
  }

  @Override
  public void finish() throws TargetException {
    if (positionBytes != sizeBytes) {
      throw new IllegalStateException(positionBytes + " of " + sizeBytes + " bytes were given");
    }
    try {
      // A shell may have sent it to a file; a pipe has nothing to make durable.
      if (channel instanceof FileChannel file
          && FileStatus.of(Path.of("/proc/self/fd/1")).kind() == FileStatus.Kind.REGULAR) {
        file.force(true);
      }
    } catch (IOException e) {
      throw Failures.of(NAME, "making the last bytes durable", "The file may be incomplete.", e);
    }
  }

  @Override
  public void close() {
    // Standard output is not ours to close.
  }
}
