package io.tidemark.agent.system;

/// Whether people look at a standard stream.
public final class Terminals {
  private static final int STANDARD_OUTPUT = 1;

  private Terminals() {}

  public static boolean isStandardOutputATerminal() {
    return Libc.ISATTY.call(STANDARD_OUTPUT, 0, 0, 0, 0) == 1;
  }
}
