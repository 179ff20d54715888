package io.tidemark.repository.store.decorated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountingObjectStoreTest {
  private final CountingObjectStore store =
      new CountingObjectStore(new MemoryObjectStore(InstantSource.system()));

  @Test
  void countsByKindAndFamily() {
    ByteBuffer body = ByteBuffer.wrap("12345".getBytes(UTF_8));
    store.createIfAbsent("volumes/vol-1/packs/1/0", body);
    store.createIfAbsent("volumes/vol-2/packs/1/0", body);
    store.createIfAbsent("volumes/vol-2/packs/1/0", body);
    store.createIfAbsent("volumes/vol-1/journal/9", body);
    store.get("volumes/vol-1/journal/9");
    store.get("volumes/vol-1/packs/1/0", new ByteRange(3, 9));
    store.list("volumes/vol-1/packs/", "", 10);
    store.list("volumes/", "", 10);
    store.delete(IntStream.range(0, 1_001).mapToObj(i -> "probes/" + i).toList());

    assertThat(store.tally(StoreCall.CREATE, "volumes/packs")).isEqualTo(new Tally(3, 15, 0));
    assertThat(store.tally(StoreCall.CREATE, "volumes/journal")).isEqualTo(new Tally(1, 5, 0));
    assertThat(store.tally(StoreCall.GET, "volumes/packs")).isEqualTo(new Tally(1, 0, 2));
    assertThat(store.tally(StoreCall.GET)).isEqualTo(new Tally(2, 0, 7));
    assertThat(store.tally(StoreCall.LIST, "volumes/packs")).isEqualTo(new Tally(1, 0, 0));
    assertThat(store.tally(StoreCall.LIST, "volumes")).isEqualTo(new Tally(1, 0, 0));
    assertThat(store.tally(StoreCall.DELETE, "probes")).isEqualTo(new Tally(2, 0, 0));
    assertThat(store.tally()).isEqualTo(new Tally(10, 20, 7));
    assertThat(store.tally(StoreCall.DELETE, "index")).isEqualTo(Tally.NONE);
  }

  @Test
  void countsBytesOnlyOfCreatesThatTheStoreAnswered() {
    MemoryObjectStore memory = new MemoryObjectStore(InstantSource.system());
    AtomicInteger refusals = new AtomicInteger(3);
    CountingObjectStore counting =
        new CountingObjectStore(
            new ForwardingObjectStore(memory) {
              @Override
              public PutOutcome createIfAbsent(String key, ByteBuffer body) {
                if (refusals.getAndDecrement() > 0) {
                  throw new StoreException.Unavailable(key, "The store is down.", null);
                }
                return super.createIfAbsent(key, body);
              }
            });
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> counting.createIfAbsent("index/a", ByteBuffer.wrap(new byte[1_000])))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    assertThat(counting.tally()).isEqualTo(new Tally(3, 0, 0));

    counting.createIfAbsent("index/a", ByteBuffer.wrap(new byte[1_000]));

    assertThat(counting.tally()).isEqualTo(new Tally(4, 1_000, 0));
  }

  @Test
  void countsWhatFailed() {
    assertThatThrownBy(() -> store.get("tidemark.json")).isInstanceOf(StoreException.class);
    Tally before = store.tally();
    assertThat(before).isEqualTo(new Tally(1, 0, 0));
    store.delete(List.of("tidemark.json"));
    assertThat(store.tally().minus(before)).isEqualTo(new Tally(1, 0, 0));
  }
}
