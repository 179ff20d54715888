package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quickstart as its profile runs it, but for Maven.
class QuickstartIT {
  @TempDir Path folder;

  private Path work;

  @BeforeEach
  void chooseAFolder() {
    work = folder.resolve("all it writes");
  }

  @Test
  void doesTheMainJobAlsoAfterOneThatWasInterrupted() throws Exception {
    Process interrupted = quickstart(Map.of()).start();
    try (BufferedReader out = interrupted.inputReader()) {
      String line;
      do {
        line = out.readLine();
      } while (line != null && !line.startsWith("Snapshot 1"));
      assertThat(line).isNotNull();
      Distribution.kill(interrupted);
    }

    Cli.Outcome done = Cli.await(quickstart(Map.of()).start());

    assertThat(done.status()).as(done.out() + done.err()).isZero();
    assertThat(done.out())
        .contains(work.toString())
        .containsPattern("Overwrite +200 scattered blocks of 4 KiB")
        .containsPattern("Snapshot 2 .*requests")
        .containsPattern("Collect +freed [0-9.]+ MiB")
        .containsPattern("Compare +equal to the image, byte for byte")
        .contains("tidemark local --data '" + work.resolve("store") + "'")
        .contains("export TIDEMARK_REPOSITORY=s3://");
    assertThat(work).isDirectoryContaining("glob:**/restored.img");
  }

  @Test
  void onlyReadsAnImageOfOnesOwn() throws Exception {
    Path image = Images.random(folder.resolve("my own.img"), 10_000_000, new SplittableRandom(1));
    String before = Images.hash(image);
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("r--r--r--"));

    Cli.Outcome done = Cli.await(quickstart(Map.of("volume", image.toString())).start());

    assertThat(done.status()).as(done.out() + done.err()).isZero();
    assertThat(done.out())
        .containsPattern("Snapshot 2 .* 0 B changed")
        .containsPattern("Collect +freed 0 B")
        .containsPattern("Compare +equal to the image, byte for byte");
    assertThat(Images.hash(image)).isEqualTo(before);
  }

  @Test
  void refusesAnImageInUseWithTheWaysOut() throws Exception {
    Path image = Images.random(folder.resolve("busy.img"), 1_000_000, new SplittableRandom(1));
    try (var _ = Files.newByteChannel(image, java.nio.file.StandardOpenOption.WRITE)) {
      Cli.Outcome refused = Cli.await(quickstart(Map.of("volume", image.toString())).start());

      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.err())
          .contains(image.toString(), Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void staysUntilItIsEnded() throws Exception {
    Path image = Images.random(folder.resolve("d.img"), 1_000_000, new SplittableRandom(1));
    Process staying = quickstart(Map.of("volume", image.toString(), "stay", "true")).start();
    try (BufferedReader out = staying.inputReader()) {
      Map<String, String> variables = new java.util.HashMap<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.strip().startsWith("export TIDEMARK_REPOSITORY")) {
          for (String word : line.strip().substring("export ".length()).split(" ", -1)) {
            variables.put(word.split("=", 2)[0], word.split("=", 2)[1]);
          }
        }
        if (line.strip().startsWith("curl")) {
          break;
        }
      }
      Cli cli = new Cli(variables, work.resolve("state"));
      assertThat(cli.json("snapshot", "list")).hasSize(1);
    } finally {
      staying.destroy();
      staying.onExit().join();
    }
  }

  /// As in the profile of that name in this module's pom.xml.
  private ProcessBuilder quickstart(Map<String, String> properties) {
    Path home = Distribution.launcher().resolve("../..").normalize();
    List<String> line =
        new ArrayList<>(
            List.of(
                home.resolve("runtime/bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:AOTCache=" + home.resolve("lib/servers.aot"),
                "-Xlog:aot=off",
                "-Xlog:cds=off",
                "-DZstdNativePath=" + home.resolve("lib/libzstd-jni.so"),
                "-cp",
                home.resolve("lib/tidemark.jar").toString()));
    properties.forEach((name, value) -> line.add("-D" + name + "=" + value));
    line.addAll(
        List.of(
            "io.tidemark.local.Quickstart", work.toString(), Distribution.launcher().toString()));
    return new ProcessBuilder(line);
  }
}
