package io.tidemark.agent.command;

/// The command line, or the environment it runs in, is wrong; nothing was done.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
