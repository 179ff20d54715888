package io.tidemark.local;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The built distribution, and a clean environment to run it in.
final class Distribution {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("tidemark.launcher", "target/tidemark/bin/tidemark"))
          .toAbsolutePath();

  private Distribution() {}

  static Path launcher() {
    return Files.isExecutable(LAUNCHER)
        ? LAUNCHER
        : fail(LAUNCHER + " is not there: build it with mvn package");
  }

  /// One command line, not started yet.
  ///
  /// @param variables in the place of all that would lead it elsewhere
  static ProcessBuilder process(Map<String, String> variables, String... words) {
    // These tests may be started by what ignores them, a script in the background or nohup.
    List<String> line =
        new ArrayList<>(List.of("env", "--default-signal=HUP,INT", launcher().toString()));
    line.addAll(Arrays.asList(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("TIDEMARK_") || name.startsWith("AWS_"));
    // What lives for moments only is not worth the optimizing compiler.
    builder.environment().put("TIDEMARK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    builder.environment().putAll(new TreeMap<>(variables));
    return builder.redirectInput(Path.of("/dev/null").toFile());
  }

  /// Ends a process without giving it time to do anything.
  static void kill(Process process) throws IOException {
    process.destroyForcibly();
    process.onExit().join();
  }
}
