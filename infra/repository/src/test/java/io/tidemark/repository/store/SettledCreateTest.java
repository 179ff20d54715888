package io.tidemark.repository.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SettledCreateTest {
  private static final String KEY = "volumes/v/journal/1";

  private final MemoryObjectStore memory = new MemoryObjectStore(InstantSource.system());
  private final Queue<Supplier<PutOutcome>> script = new ArrayDeque<>();
  private final ByteBuffer mine = ByteBuffer.wrap("mine".getBytes(UTF_8));
  private final ByteBuffer theirs = ByteBuffer.wrap("theirs".getBytes(UTF_8));
  private int pausesLeft = 5;
  private int sent;

  /// Plays the script first, then does what it is asked.
  private final ObjectStore store =
      new ForwardingObjectStore(memory) {
        @Override
        public PutOutcome createIfAbsent(String key, ByteBuffer body) {
          sent++;
          Supplier<PutOutcome> step = script.poll();
          return step == null ? super.createIfAbsent(key, body) : step.get();
        }
      };

  private final SettledCreate settled = new SettledCreate(store, () -> () -> pausesLeft-- > 0);

  private Settled create() {
    return settled.create(KEY, mine, OwnershipCheck.sameBytes(mine));
  }

  private static UnknownOutcome unknown() {
    return new UnknownOutcome(KEY, "The reply was lost.", null);
  }

  private static Unavailable unavailable() {
    return new Unavailable(KEY, "Too busy.", null);
  }

  private PutOutcome lostReply() {
    memory.createIfAbsent(KEY, mine);
    throw unknown();
  }

  @Test
  void isOursWhenCreated() {
    assertThat(create()).isEqualTo(Settled.OURS);
    assertThat(sent).isEqualTo(1);
  }

  @Test
  void isNotOursWhenSomebodyElseWasFirst() {
    memory.createIfAbsent(KEY, theirs);
    assertThat(create()).isEqualTo(Settled.NOT_OURS);
    assertThat(memory.get(KEY)).asString(UTF_8).isEqualTo("theirs");
  }

  @Test
  void isOursWhenOnlyTheReplyWasLost() {
    script.add(this::lostReply);
    assertThat(create()).isEqualTo(Settled.OURS);
    assertThat(sent).isEqualTo(2);
  }

  @Test
  void isNotOursWhenSomebodyElseGotInBetween() {
    script.add(
        () -> {
          memory.createIfAbsent(KEY, theirs);
          throw unknown();
        });
    assertThat(create()).isEqualTo(Settled.NOT_OURS);
  }

  @Test
  void sendsAgainWhenTheFirstNeverArrived() {
    script.add(
        () -> {
          throw unknown();
        });
    assertThat(create()).isEqualTo(Settled.OURS);
    assertThat(memory.get(KEY)).asString(UTF_8).isEqualTo("mine");
  }

  @Test
  void sendsAgainWhenWhatWasThereHasGone() {
    script.add(() -> PutOutcome.ALREADY_EXISTS);
    assertThat(create()).isEqualTo(Settled.OURS);
    assertThat(sent).isEqualTo(2);
    assertThat(memory.get(KEY)).asString(UTF_8).isEqualTo("mine");
  }

  @Test
  void triesAgainWhileTheStoreIsBusy() {
    for (int i = 0; i < 3; i++) {
      script.add(
          () -> {
            throw unavailable();
          });
    }
    assertThat(create()).isEqualTo(Settled.OURS);
    assertThat(sent).isEqualTo(4);
  }

  @Test
  void saysUnavailableWhenNothingWasEverSent() {
    pausesLeft = 2;
    for (int i = 0; i < 3; i++) {
      script.add(
          () -> {
            throw unavailable();
          });
    }
    assertThatThrownBy(this::create).isInstanceOf(Unavailable.class);
    assertThat(sent).isEqualTo(3);
  }

  @Test
  void saysUnknownWhenTheTimeEndsInDoubt() {
    pausesLeft = 1;
    script.add(this::lostReply);
    script.add(
        () -> {
          throw unavailable();
        });
    assertThatThrownBy(this::create)
        .isInstanceOf(UnknownOutcome.class)
        .hasMessageContaining(KEY)
        .hasMessageContaining("Too busy.");
  }

  @Test
  void saysUnknownWhenTheRightsEndInDoubt() {
    script.add(this::lostReply);
    script.add(
        () -> {
          throw new Denied(KEY, "The token has expired.", null);
        });
    assertThatThrownBy(this::create)
        .isInstanceOf(UnknownOutcome.class)
        .hasMessageContaining("The token has expired.");
  }

  @Test
  void saysDeniedWhenNothingWasSentBefore() {
    script.add(
        () -> {
          throw new Denied(KEY, "Wrong key.", null);
        });
    assertThatThrownBy(this::create).isInstanceOf(Denied.class);
    assertThat(sent).isEqualTo(1);
  }

  @Test
  void saysUnknownWhenWhatExistsCannotBeRead() {
    pausesLeft = 1;
    memory.createIfAbsent(KEY, theirs);
    assertThatThrownBy(
            () ->
                settled.create(
                    KEY,
                    mine,
                    (_, _) -> {
                      throw unavailable();
                    }))
        .isInstanceOf(UnknownOutcome.class);
    assertThat(sent).isEqualTo(2);
  }

  @Test
  void passesOnWhatTheCheckFindsDamaged() {
    memory.createIfAbsent(KEY, theirs);
    assertThatThrownBy(
            () ->
                settled.create(
                    KEY,
                    mine,
                    (_, key) -> {
                      throw new StoreException.Corrupt(key, "No event.");
                    }))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void leavesTheBodyAsItWas() {
    script.add(this::lostReply);
    create();
    assertThat(mine.remaining()).isEqualTo(4);
    assertThat(store.list("", "", 10).entries()).hasSize(1);
    assertThat(store.delete(List.of(KEY))).hasSize(1);
  }
}
