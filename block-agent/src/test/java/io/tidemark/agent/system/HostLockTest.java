package io.tidemark.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.system.Machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLockTest {
  @TempDir Path folder;

  @Test
  void excludesOthersUntilClosed() throws IOException {
    Path path = folder.resolve("state/volume/lock");
    try (HostLock _ = HostLock.tryAcquire(path).orElseThrow()) {
      assertThat(HostLock.tryAcquire(path)).isEmpty();
    }
    HostLock.tryAcquire(path).orElseThrow().close();
  }

  @Test
  void isFreedWhenItsProcessIsKilled() throws IOException {
    Path path = Files.createFile(folder.resolve("lock"));
    Shell other = Shell.start("exec 3<>\"$1\"; flock -n 3 && echo ready; read line", path);
    assertThat(HostLock.tryAcquire(path)).isEmpty();
    other.close();
    HostLock.tryAcquire(path).orElseThrow().close();
  }

  @Test
  void standsWhenAnotherDescriptorOfThisProcessIsClosed() throws IOException {
    Path path = folder.resolve("lock");
    try (HostLock _ = HostLock.tryAcquire(path).orElseThrow()) {
      Files.readAllBytes(path);
      assertThat(HostLock.tryAcquire(path)).isEmpty();
    }
  }

  @Test
  void isAnotherOnceTheFileWasRemoved() throws IOException {
    Path path = folder.resolve("lock");
    try (HostLock _ = HostLock.tryAcquire(path).orElseThrow()) {
      Files.delete(path);
      HostLock.tryAcquire(path).orElseThrow().close();
    }
  }
}
