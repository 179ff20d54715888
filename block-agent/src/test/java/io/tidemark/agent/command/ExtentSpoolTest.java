package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.source.Extent;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentSpoolTest {
  private final RandomGenerator random = Seeded.random("ExtentSpoolTest");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 10_000})
  void givesBackWhatWasAddedHoweverLittleStaysInMemory(int buffered) throws IOException {
    List<Extent> wanted = new ArrayList<>();
    long wantedBytes = 0;
    try (ExtentSpool spool = new ExtentSpool(buffered)) {
      long at = 0;
      for (int i = 0; i < 1000; i++) {
        at += random.nextInt(1, 1 << 30);
        long begin = at;
        // In touching and in overlapping pieces.
        for (int piece = random.nextInt(1, 4); piece > 0; piece--) {
          long next = at + random.nextInt(1, 1 << 20);
          spool.add(Math.max(begin, at - random.nextInt(2)), next);
          at = next;
        }
        spool.add(at, at);
        wanted.add(new Extent(begin, at - begin));
        wantedBytes += at - begin;
      }
      assertThat(spool.count()).isEqualTo(1000);
      assertThat(spool.bytes()).isEqualTo(wantedBytes);
      List<Extent> given = new ArrayList<>();
      spool.forEach(given::add);
      assertThat(given).isEqualTo(wanted);
    }
  }

  @Test
  void mayBeEmpty() throws IOException {
    try (ExtentSpool spool = new ExtentSpool(4)) {
      spool.add(5, 5);
      assertThat(spool.count()).isZero();
      spool.forEach(extent -> assertThat(extent).isNull());
    }
  }
}
