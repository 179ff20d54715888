package io.tidemark.local;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/// How much of a volume is no hole.
final class DataBytes {
  private DataBytes() {}

  /// The whole size where nobody knows holes.
  static long in(Path volume) throws IOException {
    FileStatus status = FileStatus.of(volume);
    try (OpenFile file = OpenFile.open(volume, Set.of())) {
      if (status.kind() != FileStatus.Kind.REGULAR) {
        return file.deviceBytes();
      }
      long dataBytes = 0;
      OptionalLong data = file.seekData(0);
      while (data.isPresent()) {
        long begin = data.getAsLong();
        long end = file.seekHole(begin).orElse(status.sizeBytes());
        dataBytes += end - begin;
        data = file.seekData(end);
      }
      return dataBytes;
    }
  }
}
