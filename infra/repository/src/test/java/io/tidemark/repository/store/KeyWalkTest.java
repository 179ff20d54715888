package io.tidemark.repository.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class KeyWalkTest {
  private final StepClock clock = new StepClock();
  private final CountingObjectStore store = new CountingObjectStore(new MemoryObjectStore(clock));

  private List<String> put(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = "a/%05d".formatted(i);
      store.createIfAbsent(key, ByteBuffer.wrap(key.getBytes(UTF_8)));
      keys.add(key);
    }
    store.createIfAbsent("b/1", ByteBuffer.wrap(new byte[1]));
    return keys;
  }

  private long lists() {
    return store.tally(StoreCall.LIST).requests();
  }

  private List<String> all() {
    List<String> keys = new ArrayList<>();
    for (Listing.Entry entry : KeyWalk.under(store, "a/")) {
      keys.add(entry.key());
    }
    return keys;
  }

  @Test
  void showsEveryKeyInARequestAThousand() {
    List<String> keys = put(2500);
    assertThat(all()).isEqualTo(keys);
    assertThat(lists()).isEqualTo(3);
  }

  @Test
  void aFullLastAnswerIsTheLast() {
    List<String> keys = put(1000);
    assertThat(all()).isEqualTo(keys);
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void asksForNoMoreThanIsLookedAt() {
    put(2500);
    KeyWalk walk = new KeyWalk(store, "a/");
    assertThat(lists()).isZero();
    for (int i = 0; i < 1000; i++) {
      walk.next();
    }
    assertThat(lists()).isEqualTo(1);
    assertThat(walk.hasNext()).isTrue();
    assertThat(lists()).isEqualTo(2);
  }

  @Test
  void endsWhereThereIsNothing() {
    put(0);
    Iterator<Listing.Entry> walk = new KeyWalk(store, "a/");
    assertThat(walk.hasNext()).isFalse();
    assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void tellsTheTimeOfTheAnswerThatShowedAKey() {
    put(1);
    KeyWalk walk = new KeyWalk(store, "a/");
    Listing.Entry entry = walk.next();
    assertThat(walk.storeTime()).isAfterOrEqualTo(entry.lastModified());
  }
}
