package io.tidemark.agent.command;

/// How a command ended; scripts rely on these numbers.
public enum ExitStatus {
  DONE(0),
  /// Failed, interrupted, or damage was found.
  FAILED(1),
  /// Wrong usage, or a malformed id.
  USAGE(2),
  /// Understood and refused; nothing was changed.
  REFUSED(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
