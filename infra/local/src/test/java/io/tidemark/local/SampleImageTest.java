package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.SampleImage.Overwritten;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleImageTest {
  private static final int INCOMPRESSIBLE_MIB = 136;

  @TempDir Path folder;

  @Test
  void isTheSameEveryTimeWithoutAFileSystem() throws Exception {
    SampleImage first = SampleImage.make(folder("a"), INCOMPRESSIBLE_MIB, List.of());
    SampleImage second = SampleImage.make(folder("b"), INCOMPRESSIBLE_MIB, List.of());

    assertThat(first.withoutFileSystem()).isPresent();
    assertThat(Files.mismatch(first.path(), second.path())).isEqualTo(-1);
    assertThat(first.overwrite()).isEqualTo(second.overwrite());
    assertThat(Files.mismatch(first.path(), second.path())).isEqualTo(-1);
  }

  @Test
  void overwritesOneLargeRegionAndScatteredBlocks() throws Exception {
    SampleImage image = SampleImage.make(folder("a"), INCOMPRESSIBLE_MIB);
    Path before = Files.copy(image.path(), folder.resolve("before"));

    Overwritten overwritten = image.overwrite();

    assertThat(overwritten.contiguousBytes()).isGreaterThanOrEqualTo(SampleImage.CONTIGUOUS_BYTES);
    assertThat(overwritten.contentBytes()).isEqualTo((long) INCOMPRESSIBLE_MIB << 20);
    assertThat(differentBlocks(before, image.path()))
        .isEqualTo(
            overwritten.scatteredBlocks() + overwritten.contentBytes() / SampleBlocks.BLOCK_BYTES);
    assertThat(folder.resolve("a")).isDirectoryContaining("glob:**disk.img");
    assertThat(folder.resolve("a").resolve("files")).doesNotExist();
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectory(folder.resolve(name));
  }

  private static long differentBlocks(Path before, Path after) throws Exception {
    long count = 0;
    try (var old = Files.newInputStream(before);
        var now = Files.newInputStream(after)) {
      byte[] a;
      do {
        a = old.readNBytes(SampleBlocks.BLOCK_BYTES);
        byte[] b = now.readNBytes(SampleBlocks.BLOCK_BYTES);
        count += java.util.Arrays.equals(a, b) ? 0 : 1;
      } while (a.length > 0);
    }
    return count;
  }
}
