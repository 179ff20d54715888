package io.tidemark.agent.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.system.Machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTest {
  @TempDir Path folder;
  Path path = Path.of("");

  @BeforeEach
  void makeFile() throws IOException {
    path = Files.writeString(folder.resolve("file"), "content");
  }

  @Test
  void isHeldUntilAWriterComesAndLetsItThrough() throws IOException {
    try (OpenFile file = OpenFile.open(path, Set.of());
        FileLease lease = FileLease.tryTake(file, FileLease.Kind.READ).orElseThrow()) {
      assertThat(lease.isHeld()).isTrue();
      // Returns only when its open did, so the poller alone has given the lease back; and this
      // process is still there although it was sent a signal.
      try (Shell _ = Shell.writerOf(path)) {
        assertThat(lease.isHeld()).isFalse();
      }
      assertThat(lease.isHeld()).isFalse();
    }
  }

  @Test
  void isNotBrokenByAReader() throws IOException {
    try (OpenFile file = OpenFile.open(path, Set.of());
        FileLease lease = FileLease.tryTake(file, FileLease.Kind.READ).orElseThrow();
        Shell _ = Shell.readerOf(path)) {
      assertThat(lease.isHeld()).isTrue();
    }
  }

  @Test
  void isBrokenByATruncation() throws IOException {
    try (OpenFile file = OpenFile.open(path, Set.of());
        FileLease lease = FileLease.tryTake(file, FileLease.Kind.READ).orElseThrow()) {
      Machine.run("sh", "-c", ": >\"$1\"", "sh", path.toString());
      assertThat(lease.isHeld()).isFalse();
    }
  }

  @Test
  void isRefusedWhileSomebodyHasItOpenForWriting() throws IOException {
    try (Shell _ = Shell.writerOf(path);
        OpenFile file = OpenFile.open(path, Set.of())) {
      assertThat(FileLease.tryTake(file, FileLease.Kind.READ)).isEmpty();
    }
  }

  @Test
  void keepsReadersOutWhenTakenForWriting() throws IOException {
    try (OpenFile file = OpenFile.open(path, EnumSet.of(OpenFile.Mode.WRITE))) {
      try (Shell _ = Shell.readerOf(path)) {
        assertThat(FileLease.tryTake(file, FileLease.Kind.WRITE)).isEmpty();
      }
      try (FileLease lease = FileLease.tryTake(file, FileLease.Kind.WRITE).orElseThrow()) {
        assertThat(lease.isHeld()).isTrue();
        try (Shell _ = Shell.readerOf(path)) {
          assertThat(lease.isHeld()).isFalse();
        }
      }
    }
  }

  @Test
  void isOverAfterClose() throws IOException {
    try (OpenFile file = OpenFile.open(path, Set.of())) {
      FileLease lease = FileLease.tryTake(file, FileLease.Kind.READ).orElseThrow();
      lease.close();
      assertThat(lease.isHeld()).isFalse();
      Optional<FileLease> again = FileLease.tryTake(file, FileLease.Kind.READ);
      assertThat(again).isPresent();
      again.orElseThrow().close();
    }
  }

  @Test
  void saysWhenThereAreNoLeases() throws IOException {
    try (OpenFile file = OpenFile.open(folder, Set.of())) {
      assertThatThrownBy(() -> FileLease.tryTake(file, FileLease.Kind.WRITE))
          .isInstanceOf(SystemCallException.class)
          .hasMessageStartingWith("lease " + folder);
    }
  }
}
