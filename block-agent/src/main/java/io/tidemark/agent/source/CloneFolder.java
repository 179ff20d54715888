package io.tidemark.agent.source;

import io.tidemark.agent.system.Errno;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.Reflinks;
import io.tidemark.agent.system.SystemCallException;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The clones of one volume's image, in the image's own folder: a clone and its source lie in one
/// file system. Whatever bears the volume's name there belongs to it.
///
/// @param folder real path
record CloneFolder(Path folder, VolumeId volume) {
  /// Parts of the file system that have to be free: whoever overwrites what a clone has, too, takes
  /// room for it.
  private static final int LEAST_FREE_SHARE = 20;

  private static final int FREE_SHARE_WHILE_READ = 50;

  /// @param image links are followed
  static CloneFolder of(Path image, VolumeId volume) throws IOException {
    Path folder = image.toRealPath().getParent();
    if (folder == null) {
      throw new IOException(image + " is no file");
    }
    return new CloneFolder(folder, volume);
  }

  /// What clones of the image with [Reflinks]; empty where nothing does.
  Optional<Reflinks.FileSystem> fileSystem() throws IOException {
    return Reflinks.fileSystemOf(folder);
  }

  private String prefix() {
    return ".tidemark-" + volume.text().substring("vol-".length()) + "-";
  }

  /// @param session told apart by it
  Path name(int session) {
    return folder.resolve(prefix() + "%08x".formatted(session));
  }

  /// Where the clone of a note lies; empty when the note is of no clone.
  Optional<Path> find(CloneMark mark) {
    return mark.name().startsWith(prefix()) && mark.name().indexOf('/') < 0
        ? Optional.of(folder.resolve(mark.name()))
        : Optional.empty();
  }

  List<Path> all() throws IOException {
    List<Path> clones = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path path : stream) {
        if (String.valueOf(path.getFileName()).startsWith(prefix())) {
          clones.add(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return clones;
  }

  /// Removes every clone but one, and but those that a process is at work with: what processes that
  /// were killed have left.
  void sweep(Optional<Path> keep) throws IOException {
    for (Path clone : all()) {
      if (!keep.equals(Optional.of(clone)) && !isInUse(clone)) {
        Files.deleteIfExists(clone);
      }
    }
  }

  private static boolean isInUse(Path clone) throws IOException {
    try (OpenFile file = OpenFile.open(clone, Set.of())) {
      return !file.tryLock();
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /// A new empty file, readable by its owner alone, that counts as in use until it is closed.
  static OpenFile create(Path clone) throws IOException {
    OpenFile file = OpenFile.open(clone, EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.CREATE_NEW));
    boolean done = false;
    try {
      done = file.tryLock();
    } finally {
      if (!done) {
        file.close();
      }
    }
    if (!done) {
      throw new IOException(clone + " is locked by somebody else");
    }
    return file;
  }

  /// Bytes that only the clones keep.
  long heldBytes() throws IOException {
    long bytes = 0;
    for (Path clone : all()) {
      try (OpenFile file = OpenFile.open(clone, Set.of())) {
        if (file.status().kind() == FileStatus.Kind.REGULAR) {
          bytes += Reflinks.unsharedBytes(file);
        }
      }
    }
    return bytes;
  }

  /// Whether there is room for a clone to be kept.
  boolean hasRoom() {
    return free() >= total() / LEAST_FREE_SHARE;
  }

  /// Whether there is room while one is read.
  boolean hasRoomStill() {
    return free() >= total() / FREE_SHARE_WHILE_READ;
  }

  /// For a message.
  String room() {
    return (free() >> 20) + " of " + (total() >> 20) + " MiB are free";
  }

  private long free() {
    return folder.toFile().getUsableSpace();
  }

  private long total() {
    return folder.toFile().getTotalSpace();
  }
}
