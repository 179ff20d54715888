package io.tidemark.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RepositoryInitialiseTest {
  private final StepClock clock = new StepClock();
  private final MemoryObjectStore store = new MemoryObjectStore(clock);

  private Repository initialise(long seed) {
    return Repository.initialise(
        store, Writers.writer(store, "who", clock, new SplittableRandom(seed)), "here");
  }

  private void put(String key) {
    store.createIfAbsent(key, ByteBuffer.wrap(new byte[1]));
  }

  @Test
  void aPrefixAboveAnotherRepositoryIsRefused() {
    put("probes/1");
    put("team/tidemark.json");
    assertThatThrownBy(() -> initialise(1))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("team/tidemark.json");
  }

  @Test
  void whatAProbeLeftIsNoObstacle() {
    put("probes/1");
    put("probes/2");
    assertThat(initialise(1).info().id()).startsWith("repo-");
    assertThatThrownBy(() -> initialise(2)).hasMessageContaining("already");
  }
}
