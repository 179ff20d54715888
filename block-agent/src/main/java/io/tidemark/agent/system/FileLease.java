package io.tidemark.agent.system;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The kernel's word that nobody else uses a regular file in a conflicting way. Who opens it so
/// waits in `open` until the lease is given back, which happens within a blink: then the lease is
/// broken for good and [#isHeld] says so. Bytes read while it was held belong to one instant.
public final class FileLease implements AutoCloseable {
  /// What the lease keeps out.
  public enum Kind {
    /// Writers. Needs a file opened for reading.
    READ(0),
    /// Everybody else, readers too.
    WRITE(1);

    private final int type;

    Kind(int type) {
      this.type = type;
    }
  }

  private static final int F_SETSIG = 10;
  private static final int F_SETLEASE = 1024;
  private static final int F_GETLEASE = 1025;
  private static final int F_UNLCK = 2;

  // Ignored by default and left alone by the JVM. Without it a break sends SIGIO, which kills.
  private static final int SIGURG = 23;

  // Somebody waits in open(2) for at most so long; the kernel itself takes the lease after 45 s.
  private static final long POLL_MILLIS = 20;

  private final OpenFile file;
  private final Kind kind;
  private final ScheduledExecutorService poller;
  private volatile boolean held = true;

  private FileLease(OpenFile file, Kind kind) {
    this.file = file;
    this.kind = kind;
    poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease of " + file.path()).factory());
  }

  /// Empty when somebody has the file open in a conflicting way.
  ///
  /// @throws SystemCallException `EACCES` when neither owner nor root asks, another one when the
  ///   file system has no leases
  public static Optional<FileLease> tryTake(OpenFile file, Kind kind) throws IOException {
    long signal = file.control(F_SETSIG, SIGURG);
    if (signal < 0) {
      throw new SystemCallException("set the lease signal of " + file.path(), (int) -signal);
    }
    long result = file.control(F_SETLEASE, kind.type);
    if (result < 0) {
      if (Errno.of((int) -result) == Errno.EAGAIN) {
        return Optional.empty();
      }
      throw new SystemCallException("lease " + file.path(), (int) -result);
    }
    FileLease lease = new FileLease(file, kind);
    Future<?> _ =
        lease.poller.scheduleWithFixedDelay(
            lease::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    return Optional.of(lease);
  }

  /// Asks the kernel. Once false, for ever false. True after a read means that no writer came
  /// between the instant and the end of that read.
  public boolean isHeld() throws IOException {
    // The kernel takes a lease away from a process that was stopped for long, so ask it each time.
    if (held && file.control(F_GETLEASE, 0) != kind.type) {
      giveBack();
    }
    return held;
  }

  /// Gives the lease back; the file stays open.
  @Override
  public void close() {
    poller.shutdownNow();
    try {
      giveBack();
    } catch (IOException _) {
      // The file is closed already, and the lease went with it.
    }
  }

  private void poll() {
    try {
      if (!isHeld()) {
        poller.shutdown();
      }
    } catch (IOException _) {
      held = false;
      poller.shutdown();
    }
  }

  private void giveBack() throws IOException {
    // First: a reader that finds the lease held after its read must be right.
    held = false;
    file.control(F_SETLEASE, F_UNLCK);
  }
}
