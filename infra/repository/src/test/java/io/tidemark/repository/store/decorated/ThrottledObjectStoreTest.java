package io.tidemark.repository.store.decorated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ThrottledObjectStoreTest {
  private static final int MIB = 1 << 20;

  private final List<Duration> waits = new ArrayList<>();
  private long nanos = 5_000_000_000L;
  private final MemoryObjectStore inner = new MemoryObjectStore(() -> Instant.EPOCH);

  private Bandwidth bandwidth(long bytesPerSecond) {
    return new Bandwidth(
        OptionalLong.of(bytesPerSecond),
        () -> nanos,
        span -> {
          waits.add(span);
          nanos += span.toNanos();
        });
  }

  @Test
  void sendsNoFasterThanAllowedAfterTheFirstSecond() {
    ThrottledObjectStore store = new ThrottledObjectStore(inner, bandwidth(MIB));
    long begin = nanos;
    for (int i = 0; i < 5; i++) {
      store.createIfAbsent("snapshots/" + i, ByteBuffer.allocate(2 * MIB));
    }
    // Ten MiB, of which the first is let through at once.
    assertThat(Duration.ofNanos(nanos - begin)).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void sharesTheBandwidthAmongStores() {
    Bandwidth bandwidth = bandwidth(MIB);
    ThrottledObjectStore one = new ThrottledObjectStore(inner, bandwidth);
    ThrottledObjectStore other = new ThrottledObjectStore(inner, bandwidth);
    one.createIfAbsent("snapshots/a", ByteBuffer.allocate(MIB));
    other.createIfAbsent("snapshots/b", ByteBuffer.allocate(MIB));
    assertThat(waits).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void letsSmallObjectsPass() {
    ThrottledObjectStore store = new ThrottledObjectStore(inner, bandwidth(1));
    store.createIfAbsent("snapshots/a", ByteBuffer.allocate(1024));
    assertThat(waits).isEmpty();
  }

  @Test
  void waitsNoMoreOnceTheLimitIsLifted() {
    Bandwidth bandwidth = bandwidth(1);
    bandwidth.change(OptionalLong.empty());
    new ThrottledObjectStore(inner, bandwidth)
        .createIfAbsent("snapshots/a", ByteBuffer.allocate(MIB));
    assertThat(waits).isEmpty();
  }

  @Test
  void sendsNothingOnceItIsInterrupted() {
    Bandwidth bandwidth =
        new Bandwidth(
            OptionalLong.of(1),
            () -> nanos,
            _ -> {
              throw new InterruptedException();
            });
    ThrottledObjectStore store = new ThrottledObjectStore(inner, bandwidth);
    assertThatThrownBy(() -> store.createIfAbsent("snapshots/a", ByteBuffer.allocate(MIB)))
        .isInstanceOf(StoreException.Unavailable.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(inner.list("", "", 10).entries()).isEmpty();
  }
}
