package io.tidemark.agent.command;

/// The `tidemark` command.
public final class Tidemark {
  private Tidemark() {}

  /// Runs one command line and exits with its status.
  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      // Not worth a parser.
      System.out.println(Version.text());
      if (System.out.checkError()) {
        System.err.println("tidemark: Standard output could not be written.");
        System.exit(ExitStatus.FAILED.code());
      }
      return;
    }
    ThisProcess.run(arguments);
  }

  /// Runs one command line in this process.
  ///
  /// @return the exit status, see [ExitStatus]
  public static int run(CommandEnvironment environment, String... arguments) {
    return RootCommand.run(environment, _ -> {}, arguments);
  }
}
