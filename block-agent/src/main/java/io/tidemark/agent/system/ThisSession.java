package io.tidemark.agent.system;

/// What this process asks of the kernel for itself.
public final class ThisSession {
  private ThisSession() {}

  /// Leaves the session and group of whoever started this process: what a terminal or a shell sends
  /// to those does not reach it any more. Nothing happens where it leads a group itself.
  public static void leave() {
    long _ = Libc.SETSID.call(0, 0, 0, 0, 0);
  }

  /// Returns when what was written to any file system has been handed to its medium.
  public static void syncAll() {
    // It has no result; what the register holds means nothing.
    long _ = Libc.SYNC.call(0, 0, 0, 0, 0);
  }
}
