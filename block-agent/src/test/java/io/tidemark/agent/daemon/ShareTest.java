package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.daemon.configuration.LimitSettings;
import io.tidemark.agent.pipeline.Limits;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
  @ParameterizedTest
  @CsvSource({"1, 64", "2, 128", "2, 192", "3, 192", "1, 192", "4, 1024", "1, 4096"})
  void keepsAllTogetherWithinTheMemory(int atOnce, long mebibytes) {
    LimitSettings settings = new LimitSettings(atOnce, OptionalLong.empty(), mebibytes << 20);
    Limits most = Limits.forCores(16);
    Limits limits = Share.ofSnapshot(settings, most);
    long packs = limits.workers() + limits.uploads() + 1L;
    long bytes = packs * limits.packBytes() + (long) limits.workers() * limits.readBytes();
    assertThat(atOnce * bytes).isLessThanOrEqualTo(settings.memoryBytes());
    assertThat(limits.workers()).isBetween(1, most.workers());
    assertThat(limits.uploads()).isBetween(1, most.uploads());
  }
}
