package io.tidemark.agent.daemon;

/// Where an agent says what it does, a line each. Safe for many threads.
public interface AgentLog {
  /// What happened, in its order.
  void info(String line);

  /// What somebody should look at.
  void warn(String line);
}
