package io.tidemark.agent.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads an export by as many connections as its server allows, up to a few. A connection that
/// broke ends the client: what another one would show might be something else. All calls may be
/// made by several threads at once.
public final class NbdClient implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 4;

  /// What one status request may be about; 32 bits, and a multiple of every block size.
  private static final long MOST_STATUS_BYTES = 1L << 31;

  private final NbdTarget target;
  private final NbdExport export;
  private final Semaphore turns;
  private final Deque<NbdConnection> idle = new ArrayDeque<>();
  private final AtomicReference<@Nullable NbdException> broken = new AtomicReference<>();

  private NbdClient(NbdTarget target, NbdConnection first) {
    this.target = target;
    export = first.export();
    turns = new Semaphore(export.takesSeveralConnections() ? MOST_CONNECTIONS : 1);
    idle.add(first);
  }

  /// Connects once; further connections are made when there is something for them to do.
  public static NbdClient open(NbdTarget target) throws NbdException {
    return new NbdClient(target, NbdConnection.open(target));
  }

  public NbdExport export() {
    return export;
  }

  /// Fills all that remains of `into`.
  ///
  /// @throws IllegalArgumentException when the range ends behind the export
  public void read(long offsetBytes, ByteBuffer into) throws NbdException {
    requireInside(offsetBytes, into.remaining());
    int least = export.minimumBytes();
    if (offsetBytes % least == 0 && into.remaining() % least == 0) {
      readAligned(offsetBytes, into);
      return;
    }
    long from = offsetBytes / least * least;
    long end = Math.ceilDiv(offsetBytes + into.remaining(), (long) least) * least;
    if (end > export.sizeBytes()) {
      throw NbdException.protocol(
          "the last bytes cannot be read: "
              + export.sizeBytes()
              + " is no multiple of its blocks of "
              + least);
    }
    ByteBuffer wider = ByteBuffer.allocate(Math.toIntExact(end - from));
    readAligned(from, wider);
    into.put(wider.slice((int) (offsetBytes - from), into.remaining()));
  }

  private void readAligned(long offsetBytes, ByteBuffer into) throws NbdException {
    int end = into.limit();
    int start = into.position();
    while (into.position() < end) {
      long at = offsetBytes + (into.position() - start);
      into.limit(Math.min(end, into.position() + export.maximumBytes()));
      Void _ =
          with(
              connection -> {
                connection.read(at, into);
                return null;
              });
      into.limit(end);
    }
  }

  /// The status of a range that begins with `offsetBytes` and ends no later than `lengthBytes` on:
  /// as much as the server tells at once.
  ///
  /// @param context one of the export's
  public List<StatusRun> status(String context, long offsetBytes, long lengthBytes)
      throws NbdException {
    requireInside(offsetBytes, lengthBytes);
    if (!export.contexts().contains(context)) {
      throw new IllegalArgumentException("No such context: " + context);
    }
    int least = export.minimumBytes();
    if (offsetBytes % least != 0) {
      throw new IllegalArgumentException("No status from " + offsetBytes + " on");
    }
    long length = Math.min(lengthBytes, MOST_STATUS_BYTES);
    long asked = Math.min(Math.ceilDiv(length, (long) least) * least, MOST_STATUS_BYTES);
    Map<String, List<StatusRun>> found =
        with(
            connection ->
                connection.status(offsetBytes, Math.min(asked, export.sizeBytes() - offsetBytes)));
    return found.getOrDefault(context, List.of());
  }

  private void requireInside(long offsetBytes, long lengthBytes) {
    if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > export.sizeBytes() - offsetBytes) {
      throw new IllegalArgumentException(
          "No " + lengthBytes + " bytes at " + offsetBytes + " of " + export.sizeBytes());
    }
  }

  /// Passes when the server is still there and the export still has its size.
  public void confirm() throws NbdException {
    requireWhole();
    try (NbdConnection again = NbdConnection.open(target)) {
      requireSame(again.export());
      again.disconnect();
    }
  }

  private void requireSame(NbdExport other) throws NbdException {
    if (other.sizeBytes() != export.sizeBytes()
        || other.flags() != export.flags()
        || !other.contexts().equals(export.contexts())) {
      throw NbdException.protocol(
          "the export is another one on every connection: it had "
              + export.sizeBytes()
              + " bytes, and has "
              + other.sizeBytes());
    }
  }

  private void requireWhole() throws NbdException {
    NbdException why = broken.get();
    if (why != null) {
      throw new NbdException(why.kind(), String.valueOf(why.getMessage()), why);
    }
  }

  private interface Action<T extends @Nullable Object> {
    T with(NbdConnection connection) throws NbdException;
  }

  private <T extends @Nullable Object> T with(Action<T> action) throws NbdException {
    turns.acquireUninterruptibly();
    try {
      requireWhole();
      NbdConnection connection = take();
      boolean usable = false;
      try {
        T result = action.with(connection);
        usable = true;
        return result;
      } catch (NbdException e) {
        usable = e.kind() == NbdException.Kind.FAILED;
        if (!usable) {
          broken.compareAndSet(null, e);
        }
        throw e;
      } finally {
        giveBack(connection, usable);
      }
    } finally {
      turns.release();
    }
  }

  private NbdConnection take() throws NbdException {
    synchronized (idle) {
      NbdConnection free = idle.poll();
      if (free != null) {
        return free;
      }
    }
    NbdConnection another = NbdConnection.open(target);
    boolean done = false;
    try {
      requireSame(another.export());
      done = true;
      return another;
    } finally {
      if (!done) {
        another.close();
      }
    }
  }

  private void giveBack(NbdConnection connection, boolean usable) {
    if (usable) {
      synchronized (idle) {
        idle.push(connection);
      }
    } else {
      connection.close();
    }
  }

  /// Waits for the requests that are being made.
  @Override
  public void close() {
    turns.acquireUninterruptibly(export.takesSeveralConnections() ? MOST_CONNECTIONS : 1);
    broken.compareAndSet(
        null, new NbdException(NbdException.Kind.DROPPED, "the client was closed", null));
    synchronized (idle) {
      idle.forEach(NbdConnection::disconnect);
      idle.clear();
    }
    turns.release(export.takesSeveralConnections() ? MOST_CONNECTIONS : 1);
  }
}
