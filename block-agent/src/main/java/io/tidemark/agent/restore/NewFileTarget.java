package io.tidemark.agent.restore;

import io.tidemark.agent.system.Errno;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Names;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A new sparse file. It is written under a hidden name beside the final one, locked while its
/// writer lives, and gets the final name when it is durable. What a killed restore left behind goes
/// away with the next restore to the same path.
final class NewFileTarget extends OpenTarget {
  private static final int MOST_ATTEMPTS = 100;
  private static final int LONGEST_NAME_BYTES = 200;
  private static final String NOTHING_LEFT = "Nothing was left behind.";

  private final Path path;
  private final Path folder;
  private final Path temporary;
  private final FileStatus made;
  private boolean isThere = true;

  private NewFileTarget(
      Path path, Path folder, Path temporary, FileStatus made, TargetFile target, long sizeBytes) {
    super(target, sizeBytes, List.of());
    this.path = path;
    this.folder = folder;
    this.temporary = temporary;
    this.made = made;
  }

  static NewFileTarget create(Path path, long sizeBytes) throws TargetException {
    Path folder;
    try {
      folder = checkedFolder(path);
    } catch (TargetException.Exists e) {
      removeLeftoverBeside(path);
      throw e;
    }
    String hidden = hiddenName(String.valueOf(path.getFileName()));
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      Path temporary = folder.resolve(hidden + attempt);
      Optional<OpenFile> opened = tryCreate(path, temporary);
      if (opened.isEmpty()) {
        continue;
      }
      TargetFile file = new TargetFile(path.toString(), opened.get(), NOTHING_LEFT);
      NewFileTarget target;
      try {
        target = new NewFileTarget(path, folder, temporary, opened.get().status(), file, sizeBytes);
      } catch (IOException e) {
        file.close();
        throw cannotMake(path, e);
      }
      boolean done = false;
      try {
        opened.get().resize(sizeBytes);
        done = true;
        return target;
      } catch (IOException e) {
        throw file.failed("making a file of " + sizeBytes + " bytes", e);
      } finally {
        if (!done) {
          target.close();
        }
      }
    }
    throw new TargetException.Exists(
        path.toString(),
        "too many restores to this path are under way ("
            + folder.resolve(hidden + "*")
            + "). Wait for them, or restore to another path.");
  }

  static Prospect look(Path path) throws TargetException {
    Path folder = checkedFolder(path);
    if (!Files.isWritable(folder)) {
      throw mayNotMake(path, "no write permission for " + folder, null);
    }
    long roomBytes;
    try {
      roomBytes = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
    return new Prospect(
        path.toString(), Prospect.Kind.NEW_FILE, OptionalLong.of(roomBytes), List.of());
  }

  /// The folder that a new file of that path goes to.
  private static Path checkedFolder(Path path) throws TargetException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || path.getFileName() == null) {
      throw new TargetException.NotATarget(path.toString(), "is no name for a file.");
    }
    checkFolder(path, folder);
    checkFree(path);
    return folder;
  }

  private static void checkFolder(Path path, Path folder) throws TargetException {
    FileStatus.Kind kind;
    try {
      kind = FileStatus.of(folder).kind();
    } catch (SystemCallException e) {
      throw switch (e.errno()) {
        case ENOENT ->
            new TargetException.NotFound(
                path.toString(),
                "its folder " + folder + " does not exist. Make it, then restore again.");
        case EACCES, EPERM ->
            new TargetException.Denied(
                path.toString(), "this user may not look into its folder " + folder + ".", e);
        default ->
            new TargetException.NotFound(
                path.toString(), "its folder cannot be found (" + e.getMessage() + ").");
      };
    }
    if (kind != FileStatus.Kind.DIRECTORY) {
      throw new TargetException.NotFound(
          path.toString(),
          folder + " is " + kind.words() + ", no folder. Restore to another path.");
    }
  }

  /// Before anything is written: the final name is only given when all is done.
  private static void checkFree(Path path) throws TargetException {
    try {
      FileStatus _ = FileStatus.of(path);
      throw exists(path);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENAMETOOLONG) {
        throw nameTooLong(path);
      }
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw exists(path); // A symbolic link to nothing is something.
      }
    }
  }

  private static TargetException nameTooLong(Path path) {
    return new TargetException.NotATarget(
        path.toString(), "the name is too long for its file system.");
  }

  private static TargetException exists(Path path) {
    return new TargetException.Exists(
        path.toString(),
        "exists already and was left as it is. Restore to a new path, remove it first, or give"
            + " --in-place to write over it.");
  }

  /// The final name may be as long as the file system allows, so that nothing could be added.
  private static String hiddenName(String name) {
    boolean isLong = name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES;
    return "." + (isLong ? Integer.toHexString(name.hashCode()) : name) + ".tidemark-";
  }

  /// Empty when another restore has that name, or had it a moment ago.
  private static Optional<OpenFile> tryCreate(Path path, Path temporary) throws TargetException {
    OpenFile file;
    try {
      removeLeftover(temporary);
      file = OpenFile.open(temporary, EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.CREATE_NEW));
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EEXIST) {
        return Optional.empty();
      }
      throw switch (e.errno()) {
        case EACCES, EPERM, EROFS -> mayNotMake(path, e.getMessage(), e);
        case ENAMETOOLONG -> nameTooLong(path);
        default -> cannotMake(path, e);
      };
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
    boolean keep = false;
    try {
      // Between its creation and its lock somebody may have taken it for a leftover.
      keep = file.tryLock() && isAt(temporary, file);
      return keep ? Optional.of(file) : Optional.empty();
    } catch (IOException e) {
      throw cannotMake(path, e);
    } finally {
      if (!keep) {
        file.close();
      }
    }
  }

  private static TargetException mayNotMake(
      Path path, @Nullable String why, @Nullable Throwable cause) {
    return new TargetException.Denied(
        path.toString(),
        "this user may not make a file in its folder ("
            + why
            + "). Make the folder writable, or restore elsewhere.",
        cause);
  }

  private static TargetException cannotMake(Path path, IOException e) {
    return Failures.of(path.toString(), "making a new file", NOTHING_LEFT, e);
  }

  /// Who gets the lock knows that its writer is dead. Only whoever holds it removes the file, so
  /// the name cannot have passed to a living restore meanwhile.
  private static void removeLeftover(Path temporary) throws IOException {
    if (!Files.isRegularFile(temporary, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (OpenFile leftover = OpenFile.open(temporary, EnumSet.of(OpenFile.Mode.WRITE))) {
      if (leftover.tryLock() && isAt(temporary, leftover)) {
        Files.delete(temporary);
      }
    }
  }

  /// The name it was to get is another file's, so no restore to this path comes to remove it.
  private static void removeLeftoverBeside(Path path) {
    try {
      removeLeftover(path.resolveSibling(hiddenName(String.valueOf(path.getFileName())) + 1));
    } catch (IOException _) {
      // It stays; why the restore was refused is what matters.
    }
  }

  private static boolean isAt(Path path, OpenFile file) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && FileStatus.of(path).isSameAs(file.status());
  }

  @Override
  public Optional<Present> present() {
    return Optional.empty();
  }

  @Override
  public String leftBehind() {
    return NOTHING_LEFT;
  }

  @Override
  public Optional<FileStatus> made() {
    return Optional.of(made);
  }

  @Override
  public void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    Ranges.check(this, offsetBytes, bytes.remaining());
    target().write(offsetBytes, bytes);
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) {
    Ranges.check(this, offsetBytes, lengthBytes); // It is a hole already.
  }

  @Override
  public void finish() throws TargetException {
    target().sync();
    try {
      Names.renameWithoutReplacing(temporary, path);
      isThere = false;
      Names.sync(folder);
    } catch (FileAlreadyExistsException _) {
      throw exists(path);
    } catch (IOException e) {
      throw target().failed("giving it its name", e);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (isThere) {
      isThere = false;
      try {
        // Before its lock ends, so that nobody else's file of that name is removed.
        Files.deleteIfExists(temporary);
      } catch (IOException _) {
        // Its folder is gone or unwritable by now; the next restore to this path removes it.
      }
    }
    super.close();
  }
}
