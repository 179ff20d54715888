package io.tidemark.repository.simulation;

/// What becomes of a store call.
enum Verdict {
  /// It is done and answered.
  DONE,
  /// It is done and answered, and a copy of the request arrives once more later.
  DONE_TWICE,
  /// It is done, and the answer is lost.
  REPLY_LOST,
  /// It arrives later, if ever; the caller hears nothing.
  LATE,
  /// The store cannot be reached and says so: nothing is changed.
  UNAVAILABLE,
  /// What a GET answers with has a bit changed; a key of a DELETE stays and is reported.
  SPOILED,
  /// The process is dead.
  KILLED
}
