package io.tidemark.local;

import io.tidemark.agent.command.CommandProvider;

/// Adds `local` to the command.
public final class LocalCommand implements CommandProvider {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public Object command() {
    return new ServeLocally();
  }
}
