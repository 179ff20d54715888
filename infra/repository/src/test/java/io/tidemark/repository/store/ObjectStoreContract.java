package io.tidemark.repository.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.probe.Probe;
import io.tidemark.repository.probe.Verdict;
import io.tidemark.repository.probe.Verdicts;
import io.tidemark.repository.store.BucketFacts.Versioning;
import io.tidemark.repository.store.DeleteOutcome.Deleted;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.s3.S3ObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every store has to do, whichever it is.
public abstract class ObjectStoreContract {
  private static final int RACERS = 16;

  private ObjectStore store;

  /// A store with nothing in it.
  protected abstract ObjectStore emptyStore();

  @BeforeEach
  void open() {
    store = emptyStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void createsAKeyOnce() {
    assertThat(store.createIfAbsent("a/b", utf8("first"))).isEqualTo(PutOutcome.CREATED);
    assertThat(store.createIfAbsent("a/b", utf8("second"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
    assertThat(store.createIfAbsent("a/b", utf8("first"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
    assertThat(store.get("a/b")).asString(UTF_8).isEqualTo("first");
  }

  @Test
  void keepsAnEmptyObject() {
    store.createIfAbsent("empty", utf8(""));
    assertThat(store.get("empty")).isEmpty();
    assertThat(store.createIfAbsent("empty", utf8("x"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
    assertThat(keys(store.list("", "", 10))).containsExactly("empty");
  }

  @Test
  void sendsTheRemainingBytesOfAnyBufferAndLeavesItAsItWas() {
    byte[] bytes = random(70_000);
    ByteBuffer direct = ByteBuffer.allocateDirect(80_000).position(5_000).put(bytes).flip();
    direct.position(5_000);
    ByteBuffer heap = ByteBuffer.wrap(bytes);
    ByteBuffer slice = direct.slice(5_100, 300);
    ByteBuffer readOnly = heap.asReadOnlyBuffer().position(7).limit(9);
    store.createIfAbsent("direct", direct);
    store.createIfAbsent("heap", heap);
    store.createIfAbsent("slice", slice);
    store.createIfAbsent("read-only", readOnly);
    assertThat(store.get("direct")).isEqualTo(bytes);
    assertThat(store.get("heap")).isEqualTo(bytes);
    assertThat(store.get("slice")).isEqualTo(Arrays.copyOfRange(bytes, 100, 400));
    assertThat(store.get("read-only")).isEqualTo(Arrays.copyOfRange(bytes, 7, 9));
    assertThat(direct.position()).isEqualTo(5_000);
    assertThat(direct.limit()).isEqualTo(75_000);
    assertThat(readOnly.remaining()).isEqualTo(2);
  }

  @Test
  void keepsABigObject() {
    byte[] bytes = random(17 << 20);
    ByteBuffer body = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    assertThat(store.createIfAbsent("big", body)).isEqualTo(PutOutcome.CREATED);
    assertThat(store.get("big")).isEqualTo(bytes);
    assertThat(store.get("big", new ByteRange((16 << 20) + 3, 40)))
        .isEqualTo(Arrays.copyOfRange(bytes, (16 << 20) + 3, (16 << 20) + 43));
  }

  @Test
  void saysMissingWithTheKey() {
    assertThatThrownBy(() -> store.get("no/such"))
        .isInstanceOfSatisfying(Missing.class, e -> assertThat(e.key()).isEqualTo("no/such"))
        .hasMessageContaining("no/such");
    assertThatThrownBy(() -> store.get("no/such", new ByteRange(0, 1)))
        .isInstanceOfSatisfying(Missing.class, e -> assertThat(e.key()).isEqualTo("no/such"));
  }

  @Test
  void readsARange() {
    store.createIfAbsent("key", utf8("0123456789"));
    assertThat(store.get("key", new ByteRange(0, 1))).asString(UTF_8).isEqualTo("0");
    assertThat(store.get("key", new ByteRange(3, 4))).asString(UTF_8).isEqualTo("3456");
    assertThat(store.get("key", new ByteRange(0, 10))).asString(UTF_8).isEqualTo("0123456789");
  }

  @Test
  void givesWhatThereIsOfARangeThatPassesTheEnd() {
    store.createIfAbsent("key", utf8("0123456789"));
    assertThat(store.get("key", new ByteRange(8, 4))).asString(UTF_8).isEqualTo("89");
    assertThat(store.get("key", new ByteRange(0, Integer.MAX_VALUE)))
        .asString(UTF_8)
        .isEqualTo("0123456789");
    assertThatThrownBy(() -> store.get("key", new ByteRange(10, 1))).isInstanceOf(Missing.class);
    assertThatThrownBy(() -> store.get("key", new ByteRange(1L << 40, 1)))
        .isInstanceOf(Missing.class);
  }

  @Test
  void listsInOrderOfTheKeysBytes() {
    List<String> ordered =
        List.of("a-b", "a.b", "a/0", "a/00", "a/1", "a/A", "a/Z", "a/_", "a/a/b", "a/z", "aa", "b");
    List<String> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(1));
    shuffled.forEach(key -> store.createIfAbsent(key, utf8(key)));
    assertThat(keys(store.list("", "", 1000))).isEqualTo(ordered);
    assertThat(keys(store.list("a/", "", 1000))).isEqualTo(ordered.subList(2, 10));
    assertThat(keys(store.list("a", "", 1000))).isEqualTo(ordered.subList(0, 11));
  }

  @Test
  void listsThePrefixAlone() {
    for (String key : List.of("v/1/a", "v/1/b", "v/10/a", "v/2")) {
      store.createIfAbsent(key, utf8("x"));
    }
    assertThat(keys(store.list("v/1/", "", 1000))).containsExactly("v/1/a", "v/1/b");
    assertThat(keys(store.list("v/1", "", 1000))).containsExactly("v/1/a", "v/1/b", "v/10/a");
    Listing none = store.list("w/", "", 1000);
    assertThat(none.entries()).isEmpty();
    assertThat(none.truncated()).isFalse();
  }

  @Test
  void listsFromAKeyOn() {
    for (String key : List.of("v/1", "v/3", "v/5")) {
      store.createIfAbsent(key, utf8("x"));
    }
    assertThat(keys(store.list("v/", "v/1", 1000))).containsExactly("v/3", "v/5");
    assertThat(keys(store.list("v/", "v/2", 1000))).containsExactly("v/3", "v/5");
    assertThat(keys(store.list("v/", "a", 1000))).containsExactly("v/1", "v/3", "v/5");
    assertThat(keys(store.list("v/", "v/5", 1000))).isEmpty();
    assertThat(keys(store.list("v/", "w", 1000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void saysWhetherMoreFollow(int max) {
    List<String> all = IntStream.range(0, 6).mapToObj(i -> "p/" + i).toList();
    all.forEach(key -> store.createIfAbsent(key, utf8("x")));
    store.createIfAbsent("q/0", utf8("x"));
    List<String> seen = new ArrayList<>();
    Listing page;
    String after = "";
    do {
      page = store.list("p/", after, max);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(max);
      seen.addAll(keys(page));
      after = seen.getLast();
    } while (page.truncated());
    assertThat(seen).isEqualTo(all);
  }

  @Test
  void listsSizesAndAgesByOneClock() {
    store.createIfAbsent("a", utf8("12345"));
    Listing listing = store.list("", "", 1);
    Listing.Entry entry = listing.entries().getFirst();
    assertThat(entry.sizeBytes()).isEqualTo(5);
    assertThat(Duration.between(entry.lastModified(), listing.storeTime()))
        .isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(5));
    assertThat(listing.storeTime()).isEqualTo(listing.storeTime().truncatedTo(SECONDS));
    assertThat(entry.lastModified()).isEqualTo(entry.lastModified().truncatedTo(SECONDS));
  }

  @Test
  void seesWhatHasJustBeenDone() {
    for (int i = 0; i < 20; i++) {
      String key = "n/" + i;
      store.createIfAbsent(key, utf8("x"));
      assertThat(store.get(key)).hasSize(1);
      assertThat(keys(store.list("n/", "", 1000))).containsExactly(key);
      store.delete(List.of(key));
      assertThat(keys(store.list("n/", "", 1000))).isEmpty();
      assertThatThrownBy(() -> store.get(key)).isInstanceOf(Missing.class);
    }
  }

  @Test
  void deletesKeysThatAreThereAndKeysThatAreNot() {
    store.createIfAbsent("a/1", utf8("x"));
    store.createIfAbsent("a/2", utf8("x"));
    assertThat(store.delete(List.of("a/1", "a/none")))
        .containsExactlyInAnyOrder(new Deleted("a/1"), new Deleted("a/none"));
    assertThat(store.delete(List.of("a/1"))).containsExactly(new Deleted("a/1"));
    assertThat(store.delete(List.of())).isEmpty();
    assertThat(keys(store.list("a/", "", 1000))).containsExactly("a/2");
  }

  @Test
  void deletesMoreKeysThanOneRequestTakes() {
    List<String> keys = IntStream.range(0, 2_001).mapToObj(i -> "many/" + i).toList();
    for (int i = 0; i < keys.size(); i += 97) {
      store.createIfAbsent(keys.get(i), utf8("x"));
    }
    assertThat(store.delete(keys))
        .containsExactlyInAnyOrderElementsOf(keys.stream().map(Deleted::new).toList());
    assertThat(keys(store.list("many/", "", 1000))).isEmpty();
  }

  @Test
  void createsAgainAfterADelete() {
    store.createIfAbsent("a", utf8("one"));
    store.delete(List.of("a"));
    assertThat(store.createIfAbsent("a", utf8("two"))).isEqualTo(PutOutcome.CREATED);
    assertThat(store.get("a")).asString(UTF_8).isEqualTo("two");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1 << 20})
  void letsExactlyOneRacerWin(int bodyBytes) throws Exception {
    for (int round = 0; round < 5; round++) {
      String key = "race/" + bodyBytes + "/" + round;
      List<PutOutcome> outcomes =
          together(
              RACERS,
              racer -> {
                byte[] body = new byte[bodyBytes];
                Arrays.fill(body, (byte) racer);
                return store.createIfAbsent(key, ByteBuffer.wrap(body));
              });
      assertThat(outcomes).containsOnlyOnce(PutOutcome.CREATED);
      byte[] expected = new byte[bodyBytes];
      Arrays.fill(expected, (byte) outcomes.indexOf(PutOutcome.CREATED));
      assertThat(store.get(key)).isEqualTo(expected);
    }
  }

  @Test
  void servesManyThreads() throws Exception {
    Set<String> expected = new HashSet<>();
    IntStream.range(0, 8).forEach(i -> expected.add("threads/" + i + "/kept"));
    together(
        8,
        thread -> {
          for (int i = 0; i < 10; i++) {
            String key = "threads/" + thread + "/" + i;
            byte[] body = random(9_000 + 100 * thread + i);
            store.createIfAbsent(key, ByteBuffer.wrap(body));
            assertThat(store.get(key)).isEqualTo(body);
            store.delete(List.of(key));
          }
          return store.createIfAbsent("threads/" + thread + "/kept", utf8("x"));
        });
    assertThat(Set.copyOf(keys(store.list("threads/", "", 1000)))).isEqualTo(expected);
  }

  @Test
  void passesTheProbe() {
    BucketFacts facts =
        store instanceof S3ObjectStore s3 ? s3.facts() : new BucketFacts("Memory", Versioning.OFF);
    assertThat(facts.server()).isNotBlank();
    assertThat(facts.versioning()).isEqualTo(Versioning.OFF);
    Verdict verdict =
        new Probe(
                store,
                facts,
                new JitteredBackoff(
                    new Random(1),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1)),
                new Random(1))
            .run(_ -> {});
    assertThat(verdict.refusal()).isEmpty();
    assertThat(new Verdicts(store).newest()).contains(verdict);
    assertThat(keys(store.list("probes/", "", 1000))).hasSize(1);
  }

  @Test
  void saysWhereItIs() {
    assertThat(store.location()).isNotBlank();
  }

  protected static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  protected static List<String> keys(Listing listing) {
    return listing.entries().stream().map(Listing.Entry::key).toList();
  }

  private static byte[] random(int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(lengthBytes).nextBytes(bytes);
    return bytes;
  }

  private interface Racer<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> together(int racers, Racer<T> racer) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
      List<Callable<T>> calls =
          IntStream.range(0, racers).<Callable<T>>mapToObj(i -> () -> racer.run(i)).toList();
      List<T> answers = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(calls)) {
        answers.add(each.get());
      }
      return answers;
    }
  }
}
