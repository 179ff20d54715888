package io.tidemark.repository.store.s3;

/// Whether a store is there, as far as its last answers tell. Safe for many threads.
final class Attendance {
  private enum State {
    NEVER_SEEN,
    SEEN,
    MISSED,
    GIVEN_UP
  }

  private volatile State state = State.NEVER_SEEN;

  /// It answered, well or not.
  void answered() {
    if (state != State.SEEN) {
      state = State.SEEN;
    }
  }

  /// It did not answer, and is asked again.
  synchronized void missed() {
    if (state == State.SEEN) {
      state = State.MISSED;
    }
  }

  /// It was waited for in vain: the next request does not wait as long again.
  synchronized void gone() {
    state = State.GIVEN_UP;
  }

  boolean wasSeen() {
    return switch (state) {
      case SEEN, MISSED -> true;
      case NEVER_SEEN, GIVEN_UP -> false;
    };
  }

  boolean isAwaited() {
    return state == State.MISSED;
  }
}
