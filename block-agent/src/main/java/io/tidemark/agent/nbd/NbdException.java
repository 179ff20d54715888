package io.tidemark.agent.nbd;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Why a server's export cannot be read; the message is a clause without the server's name.
public final class NbdException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What went wrong.
  public enum Kind {
    /// Nobody listens there, or not in time.
    UNREACHABLE,
    /// The server knows no such export.
    NO_EXPORT,
    /// The server does not serve this client: policy, TLS, or what it does not know.
    REFUSED,
    /// The server answered what no server may.
    PROTOCOL,
    /// No answer came in time.
    STALLED,
    /// The connection ended in between.
    DROPPED,
    /// The server said that it could not do it.
    FAILED
  }

  public NbdException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static NbdException protocol(String message) {
    return new NbdException(Kind.PROTOCOL, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
