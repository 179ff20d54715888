package io.tidemark.agent.source;

import io.tidemark.repository.key.SnapshotId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// What this host knows of the account that a source keeps: from which snapshot on it counts. It is
/// good for that snapshot only, and for a source that is still the same one.
///
/// @param snapshot from whose instant it counts
/// @param source the volume's address then
/// @param account what it is called at the source
record TrackerNote(SnapshotId snapshot, String source, long sizeBytes, String account) {
  private static final String FILE = "tracker";

  /// Empty when there is none, or none that can be read: then everything is read.
  static Optional<TrackerNote> read(Path folder) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(FILE), StandardCharsets.UTF_8);
      return lines.size() == 4
          ? Optional.of(
              new TrackerNote(
                  new SnapshotId(lines.get(0)),
                  lines.get(1),
                  Long.parseLong(lines.get(2)),
                  lines.get(3)))
          : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      // Cut off by a power cut, say.
      return Optional.empty();
    }
  }

  /// Replaces the one before, as a whole.
  void write(Path folder) throws IOException {
    Path fresh = folder.resolve(FILE + ".new");
    Files.write(
        fresh,
        List.of(snapshot.text(), source, Long.toString(sizeBytes), account),
        StandardCharsets.UTF_8);
    Files.move(
        fresh,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }
}
