package io.tidemark.agent.daemon;

/// What is to become of a request after an attempt at it.
enum Conclusion {
  /// The journal has its end.
  ENDED,
  /// It may wait still: look again.
  AGAIN
}
