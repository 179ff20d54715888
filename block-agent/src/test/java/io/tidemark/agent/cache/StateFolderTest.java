package io.tidemark.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final Path HOME = Path.of("/home/user");

  @TempDir Path folder;

  @Test
  void followsTheEnvironment() {
    assertThat(StateFolder.of(Map.of(), HOME).path())
        .isEqualTo(Path.of("/home/user/.local/state/tidemark"));
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "/var/state"), HOME).path())
        .isEqualTo(Path.of("/var/state/tidemark"));
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "relative"), HOME).path())
        .isEqualTo(Path.of("/home/user/.local/state/tidemark"));
    assertThat(
            StateFolder.of(Map.of("XDG_STATE_HOME", "/var/state", "TIDEMARK_STATE", "/s"), HOME)
                .path())
        .isEqualTo(Path.of("/s"));
  }

  @Test
  void isForItsOwnerOnly() throws IOException {
    Path created = new StateFolder(folder.resolve("deep/state")).volume("r-1", VOLUME);
    assertThat(created).isEqualTo(folder.resolve("deep/state/r-1/" + VOLUME)).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created.getParent())))
        .isEqualTo("rwx------");
    assertThat(new StateFolder(folder.resolve("deep/state")).volume("r-1", VOLUME))
        .isEqualTo(created);
  }

  @Test
  void saysWhatToSetWhereItCannotBe() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    StateFolder impossible = new StateFolder(file.resolve("state"));
    assertThatIOException()
        .isThrownBy(() -> impossible.volume("r-1", VOLUME))
        .withMessageContainingAll(impossible.path().toString(), "TIDEMARK_STATE");
  }

  @Test
  void staysInsideItself() {
    for (String id : new String[] {"", "..", "a/b", ".hidden"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StateFolder(folder).volume(id, VOLUME));
    }
  }
}
