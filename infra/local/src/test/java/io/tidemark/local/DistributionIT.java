package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// The packaged command, as a process, from wherever people put it.
class DistributionIT {
  private static final Path DISTRIBUTION = Path.of("target", "tidemark").toAbsolutePath();

  /// Not the system's temporary folder: links reach no further than one file system.
  @TempDir(factory = InTarget.class)
  private Path folder;

  @Test
  void startsWithItsCaches() throws Exception {
    // This option turns a cache that does not fit into a failure.
    Map<String, String> strict = Map.of("TIDEMARK_JAVA_OPTIONS", "-XX:AOTMode=on");

    assertThat(run(launcher(DISTRIBUTION), strict, "snapshot", "--help").status()).isZero();
    assertThat(run(launcher(DISTRIBUTION), strict, "local", "--help").status()).isZero();
  }

  @Test
  void startsFromAFolderWithBlanksThroughALink() throws Exception {
    Path moved = copy(folder.resolve("a folder with blanks"));
    Files.createSymbolicLink(folder.resolve("tidemark link"), launcher(moved));
    Path linkToLink = Files.createSymbolicLink(folder.resolve("tm"), Path.of("tidemark link"));

    Ran ran = run(linkToLink, Map.of(), "--version");

    assertThat(ran.out()).startsWith("tidemark ");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
  }

  @Test
  void isDeafToOptionsForOtherJavaPrograms() throws Exception {
    Map<String, String> others =
        Map.of(
            "JAVA_TOOL_OPTIONS", "-XX:+UseParallelGC",
            "JDK_JAVA_OPTIONS", "-XX:+UseG1GC",
            "_JAVA_OPTIONS", "-Xmx1m");

    Ran ran = run(launcher(DISTRIBUTION), others, "snapshot", "--help");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
  }

  @Test
  void startsPlainlyWhereACacheDoesNotFit() throws Exception {
    Path cut = copy(folder.resolve("cut"));
    Path cache = cut.resolve("lib").resolve("commands.aot");
    byte[] bytes = Files.readAllBytes(cache);
    Files.delete(cache);
    Files.write(cache, Arrays.copyOf(bytes, bytes.length / 2));
    Path other = copy(folder.resolve("other"));
    Path jar = other.resolve("lib").resolve("tidemark.jar");
    Files.delete(jar);
    Files.copy(DISTRIBUTION.resolve("lib").resolve("tidemark.jar"), jar);

    for (Path each : List.of(cut, other)) {
      Ran ran = run(launcher(each), Map.of(), "snapshot", "--help");

      assertThat(ran.out()).contains("Usage");
      assertThat(ran.err()).isEmpty();
      assertThat(ran.status()).isZero();
    }
  }

  private static Path launcher(Path distribution) {
    return distribution.resolve("bin").resolve("tidemark");
  }

  private record Ran(int status, String out, String err) {}

  private Ran run(Path program, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(variables);
    int status = builder.start().waitFor();
    return new Ran(status, Files.readString(out), Files.readString(err));
  }

  /// A copy of the distribution in which big files are links to the same bytes.
  private static Path copy(Path target) throws IOException {
    Files.walkFileTree(
        DISTRIBUTION,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(target.resolve(DISTRIBUTION.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = target.resolve(DISTRIBUTION.relativize(file).toString());
            if (attributes.isRegularFile()) {
              Files.createLink(copy, file);
            } else {
              Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return target;
  }

  static final class InTarget implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "distribution");
    }
  }
}
