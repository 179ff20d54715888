package io.tidemark.agent.command;

import java.io.IOException;
import java.io.PrintWriter;

/// What a verb has to say once its work is done: the same facts for programs and for people. All
/// that may fail is behind it.
public interface Answer {
  default ExitStatus status() {
    return ExitStatus.DONE;
  }

  /// Exactly one JSON value.
  void json(JsonWriter json);

  /// The result, in lines; what only accompanies it belongs on the [Console].
  void text(PrintWriter out);

  /// What is done all the same when the answer cannot be given, in a sentence; "" for nothing that
  /// would need saying.
  default String done() {
    return "";
  }

  /// Goes on after the answer was given: what a server does until it is interrupted, or what is put
  /// away then.
  ///
  /// @throws InterruptedException when it is
  default void afterwards() throws InterruptedException, IOException {}
}
