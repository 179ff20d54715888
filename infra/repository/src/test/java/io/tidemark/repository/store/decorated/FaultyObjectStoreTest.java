package io.tidemark.repository.store.decorated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome.Deleted;
import io.tidemark.repository.store.DeleteOutcome.NotDeleted;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyObjectStoreTest {
  private final MemoryObjectStore memory = new MemoryObjectStore(InstantSource.system());
  private final FaultyObjectStore store = new FaultyObjectStore(memory);

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void passesEverythingOnWithoutAPlan() {
    assertThat(store.createIfAbsent("a", utf8("12345"))).isEqualTo(PutOutcome.CREATED);
    assertThat(store.get("a", new ByteRange(1, 2))).asString(UTF_8).isEqualTo("23");
    assertThat(store.list("", "", 10).entries()).hasSize(1);
    assertThat(store.delete(List.of("a"))).containsExactly(new Deleted("a"));
    assertThat(store.calls()).isEqualTo(4);
  }

  @Test
  void losesARequestOrAReplyOnce() {
    store.plan(StoreCall.CREATE, "v/", new Fault.RequestLost());
    store.plan(StoreCall.CREATE, "v/", new Fault.ReplyLost());
    store.createIfAbsent("w/1", utf8("x"));
    assertThatThrownBy(() -> store.createIfAbsent("v/1", utf8("x")))
        .isInstanceOf(UnknownOutcome.class);
    assertThatThrownBy(() -> memory.get("v/1")).isInstanceOf(Missing.class);
    assertThatThrownBy(() -> store.createIfAbsent("v/1", utf8("x")))
        .isInstanceOf(UnknownOutcome.class);
    assertThat(memory.get("v/1")).hasSize(1);
    assertThat(store.createIfAbsent("v/1", utf8("x"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
    assertThat(store.unmet()).isZero();
  }

  @Test
  void letsACreateLandLateAsADuplicate() {
    store.plan(StoreCall.CREATE, "", new Fault.LandsLate());
    ByteBuffer body = utf8("late");
    SettledCreate settled = new SettledCreate(store, () -> () -> true);
    assertThat(settled.create("a", body, OwnershipCheck.sameBytes(body))).isEqualTo(Settled.OURS);
    assertThat(store.landLate()).contains(PutOutcome.ALREADY_EXISTS);
    store.delete(List.of("a"));
    assertThat(store.landLate()).isEmpty();
    assertThat(store.list("", "", 10).entries()).isEmpty();
  }

  @Test
  void letsACreateLandAfterItsCallerHasGone() {
    store.plan(StoreCall.CREATE, "", new Fault.LandsLate());
    ByteBuffer reused = utf8("late");
    assertThatThrownBy(() -> store.createIfAbsent("a", reused)).isInstanceOf(UnknownOutcome.class);
    reused.put(0, (byte) 'x');
    assertThat(store.landLate()).contains(PutOutcome.CREATED);
    assertThat(memory.get("a")).asString(UTF_8).isEqualTo("late");
  }

  @Test
  void damagesWhatIsReadAndNotWhatIsStored() {
    store.createIfAbsent("a", utf8("12345"));
    store.plan(StoreCall.GET, "a", new Fault.Damaged(bytes -> new byte[bytes.length]));
    assertThat(store.get("a")).isEqualTo(new byte[5]);
    assertThat(store.get("a")).asString(UTF_8).isEqualTo("12345");
  }

  @Test
  void deletesAPart() {
    for (String key : List.of("a", "b", "c")) {
      store.createIfAbsent(key, utf8("x"));
    }
    store.plan(StoreCall.DELETE, "", new Fault.PartlyDeleted(2));
    assertThat(store.delete(List.of("a", "b", "c")))
        .containsExactly(new Deleted("a"), new Deleted("b"), new NotDeleted("c", "InternalError"));
    assertThat(memory.list("", "", 10).entries()).hasSize(1);
  }

  @Test
  void losesTheReplyOfADelete() {
    store.createIfAbsent("a", utf8("x"));
    store.plan(StoreCall.DELETE, "", new Fault.ReplyLost());
    assertThatThrownBy(() -> store.delete(List.of("a"))).isInstanceOf(Unavailable.class);
    assertThat(memory.list("", "", 10).entries()).isEmpty();
  }

  @Test
  void meetsACallByItsNumberAndLetsSomethingHappenFirst() {
    store.plan(
        call -> call.number() == 2, new Fault.After(() -> memory.createIfAbsent("a", utf8("z"))));
    store.list("", "", 1);
    assertThat(store.createIfAbsent("a", utf8("x"))).isEqualTo(PutOutcome.ALREADY_EXISTS);
  }

  @Test
  void refusesAndIsUnreachable() {
    store.plan(StoreCall.LIST, "", new Fault.Refused());
    store.plan(StoreCall.GET, "", new Fault.Unreachable());
    store.plan(StoreCall.CREATE, "", new Fault.Unreachable());
    assertThatThrownBy(() -> store.list("", "", 1)).isInstanceOf(Denied.class);
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(Unavailable.class);
    store.heal();
    assertThat(store.createIfAbsent("a", utf8("x"))).isEqualTo(PutOutcome.CREATED);
  }

  @Test
  void saysWhenAFaultCannotMeetItsCall() {
    store.plan(StoreCall.LIST, "", new Fault.LandsLate());
    assertThatThrownBy(() -> store.list("", "", 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesTheTimeOfARoundTripAndOfTheBytes() {
    List<Duration> passed = new ArrayList<>();
    LatencyObjectStore slow =
        new LatencyObjectStore(memory, Duration.ofMillis(20), 1_000, passed::add);
    slow.createIfAbsent("a", utf8("12345"));
    slow.get("a");
    slow.get("a", new ByteRange(0, 1));
    slow.list("", "", 1);
    slow.delete(List.of("a"));
    assertThat(passed)
        .containsExactly(
            Duration.ofMillis(25),
            Duration.ofMillis(25),
            Duration.ofMillis(21),
            Duration.ofMillis(20),
            Duration.ofMillis(20));
  }
}
