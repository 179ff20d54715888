package io.tidemark.agent.source;

import io.tidemark.agent.system.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// An open file or device of a known size, read with errors that name path and range.
final class Medium implements AutoCloseable {
  /// Whether there may be holes to skip.
  enum Holes {
    SOUGHT,
    NONE
  }

  private final Path path;
  private final OpenFile file;
  private final long sizeBytes;
  private final Holes holes;

  Medium(Path path, OpenFile file, long sizeBytes, Holes holes) {
    this.path = path;
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.holes = holes;
  }

  Path path() {
    return path;
  }

  OpenFile file() {
    return file;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  void read(long offsetBytes, ByteBuffer into) throws SourceException {
    int lengthBytes = into.remaining();
    if (offsetBytes < 0 || offsetBytes > sizeBytes - lengthBytes) {
      throw new IllegalArgumentException(
          path + ": no " + lengthBytes + " bytes at " + offsetBytes + " of " + sizeBytes);
    }
    int start = into.position();
    int readBytes;
    try {
      readBytes = file.read(offsetBytes, into);
    } catch (IOException e) {
      long failedAt = offsetBytes + (into.position() - start);
      throw new SourceException.Unreadable(
          path,
          "bytes "
              + failedAt
              + "-"
              + (offsetBytes + lengthBytes - 1)
              + " cannot be read ("
              + e.getMessage()
              + "). The snapshot was not made. Look into the kernel's log for the medium's state,"
              + " copy what can be read with ddrescue, and snapshot the copy.",
          e);
    }
    if (readBytes < lengthBytes) {
      throw new SourceException.Changed(
          path,
          "was cut to at most "
              + (offsetBytes + readBytes)
              + " bytes while it was read; it had "
              + sizeBytes
              + ". The snapshot was not made. Run it again when the size is settled.");
    }
  }

  Optional<Extent> nextData(long fromBytes) throws SourceException {
    if (fromBytes < 0) {
      throw new IllegalArgumentException(path + ": no data at " + fromBytes);
    }
    if (fromBytes >= sizeBytes) {
      return Optional.empty();
    }
    if (holes == Holes.NONE) {
      return Optional.of(new Extent(fromBytes, sizeBytes - fromBytes));
    }
    try {
      OptionalLong data = file.seekData(fromBytes);
      if (data.isEmpty() || data.getAsLong() >= sizeBytes) {
        return Optional.empty();
      }
      long startBytes = data.getAsLong();
      // A hole at the very start means that the data went away in between: then the bytes decide.
      long holeBytes = file.seekHole(startBytes).orElse(sizeBytes);
      long endBytes = holeBytes <= startBytes ? sizeBytes : Math.min(holeBytes, sizeBytes);
      return Optional.of(new Extent(startBytes, endBytes - startBytes));
    } catch (IOException e) {
      throw new SourceException.Unreadable(
          path, "its holes cannot be found (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
