package io.tidemark.agent.command;

/// How a command ended; scripts rely on these numbers.
public enum ExitStatus {
  DONE(0),
  /// Failed, interrupted, or damage was found.
  FAILED(1),
  /// Wrong usage, or a malformed id.
  USAGE(2),
  /// Understood and refused; nothing was changed.
  REFUSED(3),
  /// Nobody read the answer to its end: what a shell says of a program that SIGPIPE ends.
  UNREAD(141);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
