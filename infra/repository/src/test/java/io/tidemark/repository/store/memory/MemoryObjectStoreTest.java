package io.tidemark.repository.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.ObjectStoreContract;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryObjectStoreTest extends ObjectStoreContract {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T10:00:00.750Z"));
  private final MemoryObjectStore store = new MemoryObjectStore(now::get);

  @Override
  protected ObjectStore emptyStore() {
    return new MemoryObjectStore(InstantSource.system());
  }

  @Test
  void takesTimesFromItsOwnClock() {
    store.createIfAbsent("a", utf8("x"));
    now.set(Instant.parse("2026-11-21T10:15:00.200Z"));
    Listing listing = store.list("", "", 1);
    assertThat(listing.storeTime()).isEqualTo("2026-11-21T10:15:00Z");
    assertThat(listing.entries().getFirst().lastModified()).isEqualTo("2026-11-21T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "a/../b", ".", "a b", "ä", "a\nb", "a+b", "a%b"})
  void refusesKeysThatSomeServerRefuses(String key) {
    assertThatThrownBy(() -> store.createIfAbsent(key, utf8("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAKeyThatIsAFolderOfAnother() {
    store.createIfAbsent("a/b/c", utf8("x"));
    for (String folder : new String[] {"a", "a/b"}) {
      assertThatThrownBy(() -> store.createIfAbsent(folder, utf8("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("folder");
    }
    assertThatThrownBy(() -> store.createIfAbsent("a/b/c/d", utf8("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("folder");
    store.createIfAbsent("a/b-c", utf8("x"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1001})
  void refusesAListOfMoreThanOneAnswerHolds(int max) {
    assertThatThrownBy(() -> store.list("", "", max)).isInstanceOf(IllegalArgumentException.class);
  }
}
