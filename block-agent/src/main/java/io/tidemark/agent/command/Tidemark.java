package io.tidemark.agent.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `tidemark` command.
@Command(
    name = "tidemark",
    description = "Snapshots of block volumes in any S3-compatible store.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Tidemark {
  private Tidemark() {}

  /// Runs one command line and exits with its status.
  public static void main(String[] arguments) {
    System.exit(
        run(
            arguments,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
  }

  /// Runs one command line in this process.
  ///
  /// @return the exit status: 0 done, 1 failed, 2 wrong usage, 3 refused
  public static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Tidemark()).setOut(out).setErr(err).execute(arguments);
  }
}
