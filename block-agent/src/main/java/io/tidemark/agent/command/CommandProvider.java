package io.tidemark.agent.command;

/// Adds a command of another module to `tidemark`; found by `ServiceLoader`. Loading it has to be
/// cheap: it is asked whenever a command line is for none of the built-in ones.
public interface CommandProvider {
  /// The word after `tidemark`.
  String name();

  /// A [Verb], or a command of several, with picocli's annotations.
  Object command();
}
