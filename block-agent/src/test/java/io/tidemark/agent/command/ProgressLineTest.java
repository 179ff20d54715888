package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.pipeline.Progress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final Progress LONGEST =
      new Progress(
          1023L << 40,
          1023L << 40,
          1023L << 40,
          1023L << 40,
          Duration.ofDays(1),
          1023L << 20,
          Optional.of(Duration.ofHours(1)));

  @Test
  void saysThatItWaitsWhereALineIsShort() {
    assertThat(ProgressLine.waitingLine(LONGEST, "restored"))
        .isEqualTo("restored 1023.0 TiB of 1023.0 TiB, waiting for the store")
        .hasSizeLessThan(60);
  }
}
