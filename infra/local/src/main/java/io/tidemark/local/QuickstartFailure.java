package io.tidemark.local;

/// Why the quickstart ends early, told to whoever ran it.
final class QuickstartFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status of the process: 1 failed, 2 wrong usage, 3 refused
  QuickstartFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
