package io.tidemark.agent.qemu;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Why a QEMU cannot do what it is asked; the message is a clause that says what to do.
public final class QemuException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What went wrong.
  public enum Kind {
    /// Nobody listens on the monitor's socket, or somebody else holds it.
    UNREACHABLE,
    /// There is no such node.
    NO_NODE,
    /// QEMU refused a command.
    REFUSED,
    /// QEMU lacks what is needed, or something is in the way.
    UNFIT,
    /// This user, or QEMU's, may not do what is needed.
    DENIED,
    /// What came is no answer, or none came in time.
    PROTOCOL
  }

  public QemuException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static QemuException protocol(String message) {
    return new QemuException(Kind.PROTOCOL, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
