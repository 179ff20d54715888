package io.tidemark.agent.command;

import io.tidemark.agent.source.Extent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs of bytes in ascending order, touching ones merged. There may be hundreds of millions: what
/// does not fit into a fixed buffer lies in a nameless temporary file, so that nothing is answered
/// before all of it is known to be readable. For one thread at a time.
final class ExtentSpool implements AutoCloseable {
  private static final int EXTENT_BYTES = 2 * Long.BYTES;

  private final ByteBuffer buffer;
  private @Nullable FileChannel file;
  private long begin;
  private long end;
  private long count;
  private long bytes;

  /// @param bufferedExtents how many stay in memory
  ExtentSpool(int bufferedExtents) {
    buffer = ByteBuffer.allocate(bufferedExtents * EXTENT_BYTES);
  }

  /// Adds the bytes from `from` (inclusive) to `to` (exclusive), none before what is there.
  void add(long from, long to) {
    if (from >= to) {
      return;
    }
    if (end > begin && from <= end) {
      bytes += Math.max(end, to) - end;
      end = Math.max(end, to);
      return;
    }
    put();
    begin = from;
    end = to;
    bytes += to - from;
    count++;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /// Gives all of them, in order; once, and after that nothing can be added.
  void forEach(Consumer<Extent> receiver) {
    put();
    begin = 0;
    end = 0;
    try {
      if (file == null) {
        drain(receiver);
        return;
      }
      spill(file);
      file.position(0);
      while (file.read(buffer) >= 0) {
        // Reads may end within an extent.
        drain(receiver);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void drain(Consumer<Extent> receiver) {
    buffer.flip();
    while (buffer.remaining() >= EXTENT_BYTES) {
      receiver.accept(new Extent(buffer.getLong(), buffer.getLong()));
    }
    buffer.compact();
  }

  private void put() {
    if (end == begin) {
      return;
    }
    if (buffer.remaining() < EXTENT_BYTES) {
      try {
        if (file == null) {
          file = temporary();
        }
        spill(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    buffer.putLong(begin).putLong(end - begin);
  }

  private void spill(FileChannel to) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      int _ = to.write(buffer);
    }
    buffer.clear();
  }

  /// Its name is gone at once, so that nothing is left of it whatever becomes of this process.
  private static FileChannel temporary() throws IOException {
    Path path = Files.createTempFile("tidemark-", ".extents");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
