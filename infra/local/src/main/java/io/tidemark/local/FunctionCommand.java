package io.tidemark.local;

import io.tidemark.agent.command.CommandProvider;

/// Adds `function` to the command.
public final class FunctionCommand implements CommandProvider {
  @Override
  public String name() {
    return "function";
  }

  @Override
  public Object command() {
    return new FunctionGroup();
  }
}
