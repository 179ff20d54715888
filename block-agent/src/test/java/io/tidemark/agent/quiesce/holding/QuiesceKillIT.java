package io.tidemark.agent.quiesce.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.system.Machine;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.SystemCallException;
import io.tidemark.repository.journal.Consistency;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real file system and a real watchdog: whoever holds writers may be killed or stand still
/// wherever he likes.
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuiesceKillIT {
  private Path folder = Path.of("/");
  private Path point = Path.of("/");
  private Path hook = Path.of("/");
  private Path log = Path.of("/");
  private final List<Machine.Mounted> mounts = new ArrayList<>();

  @BeforeAll
  void mount(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Machine.needsRootAnd("mkfs.ext4");
    Path image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(16 << 20);
    }
    String _ = Machine.run("mkfs.ext4", "-q", image.toString());
    point = folder.resolve("a place");
    mounts.add(Machine.Mounted.mount(point, "-o", "loop", image.toString()));
    log = folder.resolve("log");
    hook = folder.resolve("hook");
    Files.writeString(hook, "#!/bin/sh\necho $1 >>" + log + "\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
  }

  @AfterAll
  void unmount() {
    mounts.forEach(Machine.Mounted::close);
  }

  @BeforeEach
  void forget() throws IOException {
    Files.deleteIfExists(log);
  }

  private List<String> heard() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private Process start(int stopAt, int instantMillis) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            HoldingProcess.class.getName(),
            String.valueOf(stopAt),
            String.valueOf(instantMillis),
            "command:" + hook,
            "fs:" + point)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// What it says until it stands still or ends.
  private static List<String> listen(BufferedReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (line.equals("stopped")) {
        break;
      }
    }
    return lines;
  }

  private static void awaitWatchdog(List<String> said) throws Exception {
    long pid =
        said.stream()
            .filter(line -> line.startsWith("watchdog "))
            .mapToLong(line -> Long.parseLong(line.substring("watchdog ".length())))
            .findFirst()
            .orElseThrow();
    Optional<ProcessHandle> watchdog = ProcessHandle.of(pid);
    if (watchdog.isPresent()) {
      ProcessHandle _ = watchdog.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  private boolean isFrozen() throws IOException {
    try (OpenFile file = OpenFile.open(point, Set.of())) {
      file.thaw();
      return true;
    } catch (SystemCallException _) {
      return false;
    }
  }

  @Test
  void leavesNoFreezeWhereverItIsKilled() throws Exception {
    Process whole = start(0, 15_000);
    List<String> all;
    try (BufferedReader reader = whole.inputReader()) {
      all = listen(reader);
    }
    assertThat(all)
        .contains("done", "gap 4 armed 1", "gap 5 begun FileSystemFreeze", "gap 6 instant");
    assertThat(heard()).containsExactly("freeze", "thaw");
    long gaps = all.stream().filter(line -> line.startsWith("gap ")).count();
    assertThat(gaps).isEqualTo(11);
    boolean wasFrozen = false;
    for (int gap = 1; gap <= gaps; gap++) {
      forget();
      Process process = start(gap, 15_000);
      try (BufferedReader reader = process.inputReader()) {
        List<String> said = listen(reader);
        assertThat(said.getLast()).isEqualTo("stopped");
        process.destroyForcibly();
        awaitWatchdog(said);
      }
      assertThat(isFrozen()).as("gap " + gap).isFalse();
      Files.writeString(point.resolve("written"), "gap " + gap);
      if (heard().contains("freeze")) {
        assertThat(heard()).as("gap " + gap).contains("thaw");
        wasFrozen = true;
      }
    }
    assertThat(wasFrozen).isTrue();
  }

  @Test
  void letsEverybodyGoWhenWhoHoldsThemStandsStill() throws Exception {
    // At the instant, with everything held; it may take one second.
    Process process = start(6, 1_000);
    try (BufferedReader reader = process.inputReader()) {
      assertThat(listen(reader).getLast()).isEqualTo("stopped");
      // Waits for as long as it is frozen.
      Files.writeString(point.resolve("written"), "while it stood still");
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(listen(reader).getLast())
          .startsWith("broken: Writers were not held until the end")
          .contains("The watchdog had to let them go");
    }
    assertThat(heard()).contains("freeze", "thaw");
    assertThat(isFrozen()).isFalse();
  }

  @Test
  void letsEverybodyGoWhenTheWatchdogIsKilled() throws Exception {
    Process process = start(6, 15_000);
    try (BufferedReader reader = process.inputReader()) {
      List<String> said = listen(reader);
      long pid = Long.parseLong(said.getFirst().substring("watchdog ".length()));
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
      awaitWatchdog(said);
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(listen(reader).getLast()).startsWith("broken: ");
    }
    assertThat(isFrozen()).isFalse();
    assertThat(heard()).containsExactly("freeze", "thaw");
  }

  @Test
  void holdsAFileSystemStill() throws Exception {
    try (Quiescing quiescing = quiescing("sync", "fs:" + point)) {
      Boolean frozen = quiescing.<Boolean, IOException>during(this::isFrozenByTrial);
      assertThat(frozen).isTrue();
      assertThat(quiescing.outcome().consistency()).contains(Consistency.FILESYSTEM);
      assertThat(quiescing.outcome().held().orElseThrow()).isPositive();
    }
    assertThat(isFrozen()).isFalse();
  }

  /// Freezing twice is refused by the kernel.
  private boolean isFrozenByTrial() throws IOException {
    try (OpenFile file = OpenFile.open(point, Set.of())) {
      file.freeze();
      return false;
    } catch (SystemCallException _) {
      return true;
    }
  }

  @Test
  void noticesThatSomebodyElseThawedIt() throws Exception {
    try (Quiescing quiescing = quiescing("fs:" + point)) {
      assertThatThrownBy(() -> quiescing.<Boolean, IOException>during(this::isFrozen))
          .isInstanceOf(QuiesceException.class)
          .hasMessageContaining("somebody has thawed");
    }
  }

  @Test
  void waitsInVainForSomebodyElsesFreezeAndLeavesItAlone() throws Exception {
    try (OpenFile file = OpenFile.open(point, Set.of())) {
      file.freeze();
      try (Quiescing quiescing = quiescing("fs:" + point + "?timeout=300ms")) {
        assertThatThrownBy(() -> quiescing.<Boolean, IOException>during(this::isFrozen))
            .isInstanceOf(QuiesceException.class)
            .hasMessageContaining("a place?timeout=300ms failed");
      } finally {
        // Still there to be thawed.
        file.thaw();
      }
    }
  }

  @Test
  void refusesWhatMustNotBeFrozen() {
    assertThatThrownBy(() -> quiescing("fs:/"))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("root file system");
    assertThatThrownBy(() -> quiescing("fs:" + folder))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("no mount point");
    assertThatThrownBy(
            () ->
                Quiescing.of(
                    new QuiesceWish(List.of(QuiesceStep.parse("fs:" + point)), Optional.empty()),
                    List.of(point.resolve("state/of/tidemark"))))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("would wait for itself");
    assertThatThrownBy(() -> quiescing("command:" + log))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("no program");
  }

  @Test
  void runsProgramsInTimeOnly() throws Exception {
    Path slow = folder.resolve("slow");
    Files.writeString(
        slow, "#!/bin/sh\necho $1 >>" + log + "\n[ $1 = thaw ] || exec tail -f /dev/null\n");
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwx------"));
    Path wrong = folder.resolve("wrong");
    Files.writeString(wrong, "#!/bin/sh\n[ $1 = thaw ] || { echo no such unit >&2; exit 3; }\n");
    Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rwx------"));
    try (Quiescing quiescing = quiescing("command:" + slow + "?timeout=500ms")) {
      assertThatThrownBy(() -> quiescing.<Boolean, IOException>during(this::isFrozen))
          .hasMessageContaining("was not done in time");
    }
    assertThat(heard()).containsExactly("freeze", "thaw");
    try (Quiescing quiescing = quiescing("command:" + wrong)) {
      assertThatThrownBy(() -> quiescing.<Boolean, IOException>during(this::isFrozen))
          .hasMessageContaining("ended with status 3: no such unit");
    }
  }

  private static Quiescing quiescing(String... steps) throws QuiesceException {
    List<QuiesceStep> parsed = List.of(steps).stream().map(QuiesceStep::parse).toList();
    return Quiescing.of(new QuiesceWish(parsed, Optional.empty()), List.of());
  }

  @Test
  void leavesTheKernelToItsWorkAndThawsThen() throws Exception {
    // Nothing waits for longer than it may, whatever the kernel does.
    FileSystemFreeze freeze = new FileSystemFreeze(point, List.of());
    freeze.check();
    freeze.begin(Duration.ofSeconds(10), Duration.ofSeconds(10));
    assertThat(isFrozenByTrial()).isTrue();
    freeze.end();
    assertThat(isFrozen()).isFalse();
  }
}
