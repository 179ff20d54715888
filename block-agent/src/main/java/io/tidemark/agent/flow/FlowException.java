package io.tidemark.agent.flow;

import io.tidemark.repository.key.SnapshotId;
import org.jspecify.annotations.Nullable;

/// Why a flow ended without its result; the message says what was left and what to do next.
public abstract sealed class FlowException extends Exception {
  private static final long serialVersionUID = 1L;

  private FlowException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The snapshot that was being read is gone: deleted by somebody else meanwhile.
  public static final class Deleted extends FlowException {
    private static final long serialVersionUID = 1L;

    private final transient SnapshotId snapshot;

    public Deleted(SnapshotId snapshot, String message) {
      super(message, null);
      this.snapshot = snapshot;
    }

    public SnapshotId snapshot() {
      return snapshot;
    }
  }
}
