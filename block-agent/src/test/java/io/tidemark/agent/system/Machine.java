package io.tidemark.agent.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.AssertionFailedError;

/// What tests need of the real machine: loop devices, mounts, other processes.
public final class Machine {
  private Machine() {}

  /// Skips the test, or fails it under CI, unless root and the programs are there.
  public static void needsRootAnd(String... programs) {
    List<String> lacking = new ArrayList<>();
    if (!System.getProperty("user.name").equals("root")) {
      lacking.add("root");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      lacking.add("loop devices");
    }
    for (String program : programs) {
      if (!isOnPath(program)) {
        lacking.add(program);
      }
    }
    skipLacking(lacking);
  }

  /// Skips the test, or fails it under CI, unless the programs are there.
  public static void needs(String... programs) {
    List<String> lacking = new ArrayList<>();
    for (String program : programs) {
      if (!isOnPath(program)) {
        lacking.add(program);
      }
    }
    skipLacking(lacking);
  }

  /// Skips the test, or fails it under CI.
  public static void lacks(String what) {
    skipLacking(List.of(what));
  }

  private static void skipLacking(List<String> lacking) {
    if (!lacking.isEmpty()) {
      String reason = "needs " + String.join(", ", lacking);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionFailedError(reason);
      }
      Assumptions.abort(reason);
    }
  }

  public static boolean isOnPath(String program) {
    for (String folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /// Runs a program to its end and returns what it printed.
  public static String run(String... command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionFailedError(String.join(" ", command) + ": " + output);
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionFailedError("interrupted", e);
    }
  }

  /// A block device that shows a file until closed.
  public static final class LoopDevice implements AutoCloseable {
    private final Path node;

    private LoopDevice(Path node) {
      this.node = node;
    }

    public static LoopDevice attach(Path file, String... options) {
      List<String> command = new ArrayList<>(List.of("losetup", "--find", "--show"));
      command.addAll(List.of(options));
      command.add(file.toString());
      return new LoopDevice(
          Path.of(run(command.toArray(new String[0])).lines().toList().getLast()));
    }

    public Path node() {
      return node;
    }

    @Override
    public void close() {
      run("losetup", "--detach", node.toString());
    }
  }

  /// A file system mounted until closed.
  public record Mounted(Path folder) implements AutoCloseable {
    public static Mounted mount(Path folder, String... sourceAndOptions) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      List<String> command = new ArrayList<>(List.of("mount"));
      command.addAll(List.of(sourceAndOptions));
      command.add(folder.toString());
      run(command.toArray(new String[0]));
      return new Mounted(folder);
    }

    @Override
    public void close() {
      run("umount", folder.toString());
    }
  }

  /// A shell that runs a script, says `ready` when told to by it, and goes on when told to.
  public static final class Shell implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private Shell(Process process) {
      this.process = process;
      output = process.inputReader(StandardCharsets.UTF_8);
    }

    /// The script's `$1` is `file`; returns once it has printed `ready`.
    public static Shell start(String script, Path file) throws IOException {
      Shell shell =
          new Shell(
              new ProcessBuilder("sh", "-c", script, "sh", file.toString())
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      shell.expect("ready");
      return shell;
    }

    /// Holds `file` open for writing until closed.
    public static Shell writerOf(Path file) throws IOException {
      return start("exec 3<>\"$1\"; echo ready; read line", file);
    }

    /// Holds `file` open for reading until closed.
    public static Shell readerOf(Path file) throws IOException {
      return start("exec 3<\"$1\"; echo ready; read line", file);
    }

    public long pid() {
      return process.pid();
    }

    /// Waits for this line.
    public void expect(String wanted) throws IOException {
      String line = output.readLine();
      if (!wanted.equals(line)) {
        throw new AssertionFailedError("wanted " + wanted + ", got " + line);
      }
    }

    /// Lets a waiting `read` go on.
    public void proceed() throws IOException {
      OutputStream input = process.getOutputStream();
      input.write('\n');
      input.flush();
    }

    @Override
    public void close() {
      try {
        process.getOutputStream().close();
      } catch (IOException _) {
        // It has ended already.
      }
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
