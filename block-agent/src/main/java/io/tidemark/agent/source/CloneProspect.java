package io.tidemark.agent.source;

import io.tidemark.agent.system.Reflinks;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether an image file can be cloned, as far as that is seen without trying.
///
/// @param fileSystem that makes the clones; "" where none does
/// @param obstacle what to do so that clones can be made, a sentence; "" when they can
/// @param heldBytes that clones of the volume keep now; empty where there are none
record CloneProspect(String fileSystem, String obstacle, OptionalLong heldBytes) {
  private static final String MOVE =
      "Keep the image on XFS (made with reflink=1) or btrfs: it is cloned at one instant while it is"
          + " in use, and only what changed is read.";

  /// @param volume empty for one that is not there yet
  static CloneProspect of(Path image, Optional<VolumeId> volume) {
    try {
      Path folder = image.toRealPath().getParent();
      Optional<Reflinks.FileSystem> fileSystem =
          folder == null ? Optional.empty() : Reflinks.fileSystemOf(folder);
      if (folder == null || fileSystem.isEmpty()) {
        return new CloneProspect("", MOVE, OptionalLong.empty());
      }
      OptionalLong heldBytes =
          volume.isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(new CloneFolder(folder, volume.get()).heldBytes());
      String words = fileSystem.get().words();
      return new CloneProspect(
          words,
          Files.isWritable(folder)
              ? ""
              : "Let this user write to "
                  + folder
                  + ": "
                  + words
                  + " clones the image at one instant while it is in use, and only what changed is"
                  + " read.",
          heldBytes);
    } catch (IOException _) {
      return new CloneProspect("", MOVE, OptionalLong.empty());
    }
  }
}
