package io.tidemark.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.restore.Placement;
import io.tidemark.agent.restore.RestoreTargets;
import io.tidemark.agent.system.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a process without privileges is told about files of others. It runs as this user but
/// without capabilities, so that it can read the class path wherever that is.
class UnprivilegedTest {
  private static final String OTHER_USER = "12345";

  @TempDir Path folder;

  @Test
  void isToldWhatItMayNot() throws IOException {
    Machine.needsRootAnd("setpriv", "chown");
    Path hidden = theirs("hidden", "600");
    Path readable = theirs("readable", "644");
    Path locked = theirs("locked", "755/");
    assertThat(probe("open", hidden.toString()))
        .startsWith("Denied " + hidden + ": this user may not read it");
    assertThat(probe("open", readable.toString()))
        .startsWith("Denied " + readable + ": only its owner and root can prove that it is idle")
        .contains("--allow-live");
    assertThat(probe("add", hidden.toString()))
        .startsWith("Denied " + hidden + ": this user may not read it. Run as root");
    assertThat(probe("add", readable.toString())).isEqualTo("opened");
    assertThat(probe("live", readable.toString())).isEqualTo("opened LIVE");
    assertThat(probe("restore", locked.resolve("new").toString()))
        .startsWith("Denied " + locked.resolve("new") + ": this user may not make a file");
    assertThat(probe("in-place", readable.toString()))
        .startsWith("Denied " + readable + ": this user may not write to it");
    assertThat(locked).isEmptyDirectory();
    Path own = Files.writeString(folder.resolve("own"), "content");
    assertThat(probe("open", own.toString())).isEqualTo("opened IDLE");
  }

  private Path theirs(String name, String mode) throws IOException {
    Path path = folder.resolve(name);
    if (mode.endsWith("/")) {
      Files.createDirectory(path);
    } else {
      Files.writeString(path, "content");
    }
    Machine.run("chmod", mode.replace("/", ""), path.toString());
    Machine.run("chown", OTHER_USER + ":" + OTHER_USER, path.toString());
    return path;
  }

  private static String probe(String verb, String path) {
    List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-all"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Probe.class.getName(), verb, path));
    return Machine.run(command.toArray(new String[0]));
  }

  /// The program without privileges.
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) {
      try {
        System.out.println(answer(arguments[0], Path.of(arguments[1])));
      } catch (IOException e) {
        System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
      }
    }

    private static String answer(String verb, Path path) throws IOException {
      switch (verb) {
        case "add" -> Sources.requireReadable(path);
        case "restore" -> RestoreTargets.open(path.toString(), Placement.FRESH, 10).close();
        case "in-place" -> RestoreTargets.open(path.toString(), Placement.IN_PLACE, 10).close();
        default -> {
          LiveConsent consent =
              verb.equals("live") ? LiveConsent.ALLOW_LIVE : LiveConsent.REFUSE_LIVE;
          try (VolumeView view = new Sources(InstantSource.system()).open(path, consent)) {
            return "opened " + view.consistency();
          }
        }
      }
      return "opened";
    }
  }
}
