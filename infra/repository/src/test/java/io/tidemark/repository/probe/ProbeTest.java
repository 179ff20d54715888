package io.tidemark.repository.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.BucketFacts.Versioning;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException.Corrupt;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final MemoryObjectStore memory = new MemoryObjectStore(now::get);
  private final List<Finding> progress = new ArrayList<>();

  private Verdict probe(ObjectStore store) {
    return new Probe(
            store,
            new BucketFacts("Memory 1", Versioning.OFF),
            () -> () -> !Thread.currentThread().isInterrupted(),
            new Random(1))
        .run(progress::add);
  }

  /// The one fact that `store` fails.
  private void assertRefused(ObjectStore store, Fact... facts) {
    Verdict verdict = probe(store);
    assertThat(verdict.findings().stream().filter(f -> f.failure().isPresent()).map(Finding::fact))
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(facts).map(Fact::token).toList());
    assertThat(verdict.refusal().orElseThrow())
        .contains("Memory 1", facts[0].sentence(), "Use another store");
    assertThatThrownBy(() -> new Verdicts(memory).requireUsable())
        .isInstanceOf(Refused.class)
        .hasMessageContaining(facts[0].sentence());
  }

  @Test
  void acceptsASoundStoreAndKeepsTheVerdict() {
    Verdict verdict = probe(memory);
    assertThat(verdict.refusal()).isEmpty();
    assertThat(verdict.at()).isEqualTo(NOON);
    assertThat(verdict.server()).isEqualTo("Memory 1");
    assertThat(progress).isEqualTo(verdict.findings()).hasSize(Fact.values().length);
    assertThat(new Verdicts(memory).newest()).contains(verdict);
    new Verdicts(memory).requireUsable();
    assertThat(memory.list("", "", 1000).entries().stream().map(Listing.Entry::key))
        .containsExactly(ObjectKeys.probe(1));
  }

  @Test
  void keepsTheNewestVerdictFirst() {
    probe(memory);
    now.set(NOON.plusSeconds(60));
    Verdict second = probe(memory);
    assertThat(new Verdicts(memory).newest()).contains(second);
    assertThat(memory.list("", "", 1000).entries()).hasSize(2);
  }

  @Test
  void writesNothingWithoutAVerdict() {
    assertThat(new Verdicts(memory).newest()).isEmpty();
    assertThatThrownBy(() -> new Verdicts(memory).requireUsable())
        .isInstanceOf(Refused.class)
        .hasMessageContaining("tidemark repository probe")
        .hasMessageContaining("right to delete");
  }

  @Test
  void removesOnlyWhatAnAbandonedProbeLeft() {
    memory.createIfAbsent("probes/scratch/dead/race-small/1", ByteBuffer.allocate(1));
    now.set(NOON.plus(Duration.ofMinutes(61)));
    memory.createIfAbsent("probes/scratch/alive/race-small/1", ByteBuffer.allocate(1));
    probe(memory);
    assertThat(memory.list("probes/scratch/", "", 10).entries().stream().map(Listing.Entry::key))
        .containsExactly("probes/scratch/alive/race-small/1");
    assertThat(new Verdicts(memory).newest()).isPresent();
  }

  @Test
  void refusesAStoreThatIgnoresTheCondition() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public PutOutcome createIfAbsent(String key, ByteBuffer body) {
            if (key.contains("scratch")) {
              super.delete(List.of(key));
            }
            return super.createIfAbsent(key, body);
          }
        },
        Fact.SECOND_CREATE_REFUSED,
        Fact.SMALL_RACE,
        Fact.LARGE_RACE);
  }

  @Test
  void refusesAStoreThatSaysExistsAndOverwrites() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public PutOutcome createIfAbsent(String key, ByteBuffer body) {
            PutOutcome outcome = super.createIfAbsent(key, body);
            if (outcome == PutOutcome.ALREADY_EXISTS && key.endsWith("/second")) {
              super.delete(List.of(key));
              super.createIfAbsent(key, body);
            }
            return outcome;
          }
        },
        Fact.SECOND_CREATE_REFUSED);
  }

  @Test
  void refusesAStoreThatLosesTheRaceWithLargeBodiesOnly() {
    Set<String> twice = Collections.synchronizedSet(new HashSet<>());
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public PutOutcome createIfAbsent(String key, ByteBuffer body) {
            PutOutcome outcome = super.createIfAbsent(key, body);
            // Two of the racers looked before either had written.
            return body.remaining() >= 1 << 20
                    && outcome == PutOutcome.ALREADY_EXISTS
                    && key.contains("race")
                    && twice.add(key)
                ? PutOutcome.CREATED
                : outcome;
          }
        },
        Fact.LARGE_RACE);
  }

  @Test
  void refusesAStoreThatKeepsTheBytesOfALoser() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public PutOutcome createIfAbsent(String key, ByteBuffer body) {
            ByteBuffer kept =
                key.contains("race-small")
                    ? ByteBuffer.wrap("somebody else's".getBytes(StandardCharsets.UTF_8))
                    : body;
            return super.createIfAbsent(key, kept);
          }
        },
        Fact.SMALL_RACE);
  }

  @Test
  void refusesAStoreThatListsOutOfOrder() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public Listing list(String prefix, String startAfter, int max) {
            Listing sorted = super.list(prefix, startAfter, max);
            List<Listing.Entry> entries = new ArrayList<>(sorted.entries());
            // As a server does that orders without regard to case.
            entries.sort((a, b) -> a.key().compareToIgnoreCase(b.key()));
            return new Listing(entries, sorted.truncated(), sorted.storeTime());
          }
        },
        Fact.LIST_ORDER);
  }

  @Test
  void namesTheFactWhenTheClientItselfRefusesAList() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public Listing list(String prefix, String startAfter, int max) {
            if (prefix.contains("/order/")) {
              throw new Corrupt(prefix, "LIST is not in the order of its keys");
            }
            return super.list(prefix, startAfter, max);
          }
        },
        Fact.LIST_ORDER);
  }

  @Test
  void refusesAStoreThatEndsAListEarly() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public Listing list(String prefix, String startAfter, int max) {
            Listing all = super.list(prefix, startAfter, max);
            return new Listing(all.entries(), false, all.storeTime());
          }
        },
        Fact.LIST_ORDER);
  }

  @Test
  void refusesAStoreThatRemembersThatAKeyWasNotThere() {
    Set<String> absent = new HashSet<>();
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public byte[] get(String key) {
            if (absent.remove(key)) {
              throw new Missing(key, "Not there, as far as the cache knows");
            }
            try {
              return super.get(key);
            } catch (Missing e) {
              absent.add(key);
              throw e;
            }
          }
        },
        Fact.READ_AFTER_WRITE);
  }

  @Test
  void refusesAStoreThatServesStaleReads() {
    Map<String, byte[]> cache = new HashMap<>();
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public synchronized byte[] get(String key) {
            byte[] fresh = cache.containsKey(key) ? new byte[0] : super.get(key);
            return cache.computeIfAbsent(key, _ -> fresh);
          }
        },
        Fact.READ_AFTER_WRITE);
  }

  @Test
  void refusesAStoreThatServesStaleLists() {
    Map<String, Listing> cache = new HashMap<>();
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public Listing list(String prefix, String startAfter, int max) {
            Listing fresh = super.list(prefix, startAfter, max);
            Listing stale = cache.put(prefix, fresh);
            return stale == null || !prefix.contains("list-") ? fresh : stale;
          }
        },
        Fact.LIST_AFTER_WRITE,
        Fact.LIST_AFTER_DELETE);
  }

  @Test
  void refusesAStoreThatDeletesLater() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public List<DeleteOutcome> delete(List<String> keys) {
            return keys.size() > 0 && keys.getFirst().contains("list-delete")
                ? keys.stream().<DeleteOutcome>map(DeleteOutcome.Deleted::new).toList()
                : super.delete(keys);
          }
        },
        Fact.LIST_AFTER_DELETE);
  }

  @Test
  void refusesAStoreThatIgnoresRanges() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public byte[] get(String key, ByteRange range) {
            return super.get(key);
          }
        },
        Fact.RANGED_READ);
  }

  @Test
  void refusesAStoreWithTwoClocks() {
    assertRefused(
        new ForwardingObjectStore(memory) {
          @Override
          public Listing list(String prefix, String startAfter, int max) {
            Listing listing = super.list(prefix, startAfter, max);
            return new Listing(
                listing.entries(),
                listing.truncated(),
                listing.storeTime().plus(Duration.ofHours(1)));
          }
        },
        Fact.ONE_CLOCK);
  }

  @Test
  void keepsNoVerdictWithoutTheRightToDelete() {
    ObjectStore agents =
        new ForwardingObjectStore(memory) {
          @Override
          public List<DeleteOutcome> delete(List<String> keys) {
            return keys.stream()
                .<DeleteOutcome>map(key -> new DeleteOutcome.NotDeleted(key, "AccessDenied"))
                .toList();
          }
        };
    assertThatThrownBy(() -> probe(agents))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("right to delete");
    assertThat(new Verdicts(memory).newest()).isEmpty();
    assertThat(memory.list("", "", 1000).entries()).hasSize(1);
  }

  @Test
  void keepsNoVerdictOfAStoreThatCannotBeReached() {
    FaultyObjectStore store = new FaultyObjectStore(memory);
    store.plan(
        call -> call.kind() == StoreCall.GET && call.key().contains("read/2"),
        new Fault.Unreachable());
    assertThatThrownBy(() -> probe(store)).isInstanceOf(Unavailable.class);
    assertThat(new Verdicts(memory).newest()).isEmpty();
  }

  @Test
  void settlesDoubtsWhileProbing() {
    FaultyObjectStore store = new FaultyObjectStore(memory);
    for (int i = 0; i < 3; i++) {
      store.plan(StoreCall.CREATE, "probes/scratch/", new Fault.ReplyLost());
      store.plan(
          call -> call.kind() == StoreCall.CREATE && call.key().contains("race-large"),
          new Fault.RequestLost());
    }
    assertThat(probe(store).refusal()).isEmpty();
  }

  @Test
  void warnsOfVersionsThatStay() {
    Verdict off = new Verdict(NOON, "s", Versioning.OFF, List.of());
    Verdict on = new Verdict(NOON, "s", Versioning.ON, List.of());
    assertThat(off.warning()).isEmpty();
    assertThat(on.warning().orElseThrow()).contains("old versions");
  }

  @Test
  void asksForANewProbeWhenAnOlderOneLookedAtLess() {
    Verdict old =
        new Verdict(
            NOON,
            "s",
            Versioning.OFF,
            List.of(new Finding(Fact.SECOND_CREATE_REFUSED.token(), Optional.empty())));
    assertThat(old.refusal().orElseThrow())
        .contains("tidemark repository probe", Fact.LARGE_RACE.sentence());
  }

  @Test
  void codesAVerdict() throws MalformedException {
    Verdict verdict =
        new Verdict(
            NOON,
            "MinIO",
            Versioning.SUSPENDED,
            List.of(
                new Finding("second-create-refused", Optional.of("it was \"done\"")),
                new Finding("something-newer", Optional.empty())));
    byte[] bytes = VerdictCodec.encode(verdict, new CommitId(1, 2));
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"at\":\"2026-11-21T12:00:00Z\",\"commitId\":\"00000000000000010000000000000002\","
                + "\"findings\":[{\"fact\":\"second-create-refused\",\"failure\":\"it was"
                + " \\\"done\\\"\"},{\"fact\":\"something-newer\"}],\"format\":1,"
                + "\"server\":\"MinIO\",\"versioning\":\"suspended\"}");
    assertThat(VerdictCodec.decode(bytes)).isEqualTo(verdict);
    assertThat(verdict.refusal().orElseThrow()).contains("it was \"done\"");
  }

  @Test
  void refusesAVerdictItCannotRead() {
    for (String text :
        List.of("", "{}", "[]", "{\"format\":1}", "{\"format\":1,\"at\":\"x\",\"server\":\"s\"}")) {
      assertThatThrownBy(() -> VerdictCodec.decode(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedException.class);
    }
    memory.createIfAbsent(ObjectKeys.probe(1), ByteBuffer.wrap(new byte[] {1}));
    assertThatThrownBy(() -> new Verdicts(memory).newest())
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining(ObjectKeys.probe(1));
  }

  @Test
  void takesASystemClockAsWell() {
    assertThat(probe(new MemoryObjectStore(InstantSource.system())).refusal()).isEmpty();
  }
}
