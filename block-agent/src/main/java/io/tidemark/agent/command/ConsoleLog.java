package io.tidemark.agent.command;

import io.tidemark.agent.daemon.AgentLog;

/// An agent's log on standard error, a line each, whether somebody watches or a journal keeps it.
record ConsoleLog(Console console) implements AgentLog {
  @Override
  public void info(String line) {
    console.log(line);
  }

  @Override
  public void warn(String line) {
    console.warn(line);
  }
}
