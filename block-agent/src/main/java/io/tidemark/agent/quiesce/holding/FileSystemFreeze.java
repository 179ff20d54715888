package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.system.Errno;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.MountTable;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A file system of this host, frozen by the kernel.
final class FileSystemFreeze implements Holding {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Path point;
  private final List<Path> needed;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private @Nullable OpenFile file;
  private Course course = Course.UNDER_WAY;

  /// Who ends what the kernel was asked for.
  private enum Course {
    UNDER_WAY,
    FROZEN,
    FAILED,
    /// Nobody waits for it any more: it is undone as soon as it is done.
    GIVEN_UP
  }

  /// @param needed places that this process writes to meanwhile
  FileSystemFreeze(Path point, List<Path> needed) {
    this.point = point;
    this.needed = List.copyOf(needed);
  }

  @Override
  public Worth worth() {
    return Worth.FILE_SYSTEM;
  }

  @Override
  public boolean keepsWriters() {
    return true;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.of(new Undo.Thaw(point));
  }

  @Override
  public void check() throws IOException {
    if (point.getNameCount() == 0) {
      throw new IOException("the root file system is not frozen: all programs would stand still");
    }
    Path real = point.toRealPath();
    if (MountTable.read().at(real).isEmpty()) {
      throw new IOException(
          point + " is no mount point. Name the folder at which the file system is mounted");
    }
    FileStatus status = FileStatus.of(real);
    for (Path place : needed) {
      Path there = nearest(place);
      if (FileStatus.of(there).fileSystem().equals(status.fileSystem())) {
        throw new IOException(
            "Tidemark itself writes to "
                + place
                + ", which lies on that file system, and would wait for itself. Put it elsewhere");
      }
    }
  }

  /// What is there of a path.
  private static Path nearest(Path path) {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
    OpenFile opened = OpenFile.open(point, Set.of());
    file = opened;
    long end = System.nanoTime() + timeout.toNanos();
    Thread.ofPlatform().daemon().name("freeze").start(() -> freeze(opened, end));
    try {
      // What the kernel does not answer, the other thread gives up by itself.
      await(timeout.plus(LOOK_AGAIN.multipliedBy(10)));
    } catch (TimeoutException e) {
      if (giveUp()) {
        throw new IOException("the kernel was not done with it in time", e);
      }
      // It was done just now.
      awaitEnd();
    } catch (InterruptedException e) {
      if (!giveUp()) {
        awaitEnd();
        end();
      }
      throw e;
    }
  }

  private void await(Duration timeout) throws IOException, InterruptedException, TimeoutException {
    try {
      Void _ = settled.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private void awaitEnd() throws IOException {
    try {
      settled.join();
    } catch (CompletionException e) {
      throw failure(e.getCause());
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    return cause instanceof IOException why ? why : new IOException(cause);
  }

  private void freeze(OpenFile opened, long end) {
    try {
      // What is written before needs not be written while everybody waits.
      opened.syncFileSystem();
      while (true) {
        try {
          opened.freeze();
          break;
        } catch (SystemCallException e) {
          if (e.errno() != Errno.EBUSY) {
            throw reason(e);
          }
          if (System.nanoTime() - end > 0 || hasGivenUp()) {
            throw new IOException("somebody else has frozen it and does not let go", e);
          }
          TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
      }
      frozen(opened);
    } catch (IOException | InterruptedException | RuntimeException e) {
      failed();
      opened.close();
      settled.completeExceptionally(e);
    }
  }

  private IOException reason(SystemCallException e) {
    return switch (e.errno()) {
      case EPERM, EACCES ->
          new IOException(
              e.getMessage() + ". Freezing takes root with the capability CAP_SYS_ADMIN", e);
      case EOPNOTSUPP, ENOTTY, EINVAL ->
          new IOException(e.getMessage() + ". A file system of this type cannot be frozen", e);
      default -> e;
    };
  }

  private void frozen(OpenFile opened) throws IOException {
    synchronized (this) {
      if (course == Course.UNDER_WAY) {
        course = Course.FROZEN;
        settled.complete(null);
        return;
      }
    }
    try {
      opened.thaw();
    } finally {
      opened.close();
      settled.complete(null);
    }
  }

  private synchronized void failed() {
    if (course == Course.UNDER_WAY) {
      course = Course.FAILED;
    }
  }

  private synchronized boolean hasGivenUp() {
    return course == Course.GIVEN_UP;
  }

  /// @return false when it was done just now
  private synchronized boolean giveUp() {
    if (course == Course.UNDER_WAY) {
      course = Course.GIVEN_UP;
    }
    return course == Course.GIVEN_UP;
  }

  @Override
  public Rest rest() {
    return hasGivenUp() ? new Rest.Pending(settled) : new Rest.Nothing();
  }

  @Override
  public void end() throws IOException {
    OpenFile frozen = file;
    if (frozen == null) {
      return;
    }
    try {
      frozen.thaw();
    } catch (SystemCallException e) {
      throw e.errno() == Errno.EINVAL
          ? new IOException("somebody has thawed " + point + " meanwhile", e)
          : e;
    } finally {
      frozen.close();
    }
  }
}
