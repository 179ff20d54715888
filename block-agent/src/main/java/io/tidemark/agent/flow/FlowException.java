package io.tidemark.agent.flow;

import io.tidemark.repository.key.SnapshotId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a flow ended without its result; the message says what was left and what to do next.
public abstract sealed class FlowException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient SnapshotId snapshot;

  private FlowException(SnapshotId snapshot, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.snapshot = snapshot;
  }

  /// The snapshot that was made or read.
  public final SnapshotId snapshot() {
    return snapshot;
  }

  /// The snapshot that was being read is gone: somebody deleted it meanwhile.
  public static final class Deleted extends FlowException {
    private static final long serialVersionUID = 1L;

    Deleted(SnapshotId snapshot, String message) {
      super(snapshot, message, null);
    }
  }

  /// Objects that the snapshot needs are missing or damaged.
  public static final class Damaged extends FlowException {
    private static final long serialVersionUID = 1L;

    private final transient List<Damage> damage;

    Damaged(SnapshotId snapshot, String message, List<Damage> damage) {
      super(snapshot, message, null);
      this.damage = List.copyOf(damage);
    }

    public List<Damage> damage() {
      return damage;
    }
  }

  /// The user had the reading of a snapshot stopped.
  public static final class Interrupted extends FlowException {
    private static final long serialVersionUID = 1L;

    Interrupted(SnapshotId snapshot, String message, Throwable cause) {
      super(snapshot, message, cause);
    }
  }

  /// A snapshot that was begun was not made. [#getCause] says why; an [InterruptedException] when
  /// the user wanted that.
  public static final class NotMade extends FlowException {
    private static final long serialVersionUID = 1L;

    NotMade(SnapshotId snapshot, String message, Throwable cause) {
      super(snapshot, message, cause);
    }

    /// Of a request that was not begun, and FAILED for `cause`.
    static NotMade of(SnapshotId snapshot, String volume, Throwable cause) {
      return new NotMade(
          snapshot,
          "The snapshot " + snapshot + " of " + volume + " was not made. " + cause.getMessage(),
          cause);
    }
  }
}
