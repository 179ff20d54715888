package io.tidemark.repository.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.CrashingObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyRequestsTest {
  private static final RequestKey KEY = RequestKey.of("ann", "k");

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private int seed;
  private final Repository repository =
      Repository.initialise(memory, Writers.writer(memory, "f", clock, random()), "here");

  private SplittableRandom random() {
    return new SplittableRandom(seed++);
  }

  private Repository open(ObjectStore store) {
    return Repository.open(store, Writers.writer(store, "f", clock, random()));
  }

  private static Terms terms(String name, int count) {
    return new Terms(
        name,
        List.of("0 2 * * *"),
        "UTC",
        new VolumeSelector(List.of(), new TreeMap<>(Map.of("tier", "gold"))),
        Missed.ONCE,
        Policies.HOW_LATE,
        new Retention(count, Optional.empty(), 0, 0, 0, 0, 0),
        Activity.ACTIVE);
  }

  private RequestedPolicy request(Terms terms, RequestKey key) {
    return new PolicyRequests(repository).request(terms, key);
  }

  @Test
  void aKeyMakesOnePolicyAndMeansNoOther() {
    Policy made = ((RequestedPolicy.Made) request(terms("nightly", 3), KEY)).policy();
    assertThat(request(terms("nightly", 3), KEY)).isEqualTo(new RequestedPolicy.Repeated(made));
    assertThatThrownBy(() -> request(terms("nightly", 4), KEY))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.KEY_REUSED));
    assertThatThrownBy(() -> request(terms("nightly", 3), RequestKey.of("ann", "other")))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.POLICY_EXISTS));
    Policy changed = new Policies(repository).change(made.id(), _ -> terms("hourly", 5));
    assertThat(request(terms("nightly", 3), KEY)).isEqualTo(new RequestedPolicy.Repeated(changed));
    new Policies(repository).remove(made.id());
    assertThat(request(terms("nightly", 3), KEY)).isEqualTo(new RequestedPolicy.Gone(made.id()));
    assertThat(new Policies(repository).list()).isEmpty();
  }

  @Test
  void aNameThatIsTakenIsRefusedAndTheKeyStaysFree() {
    new Policies(repository).create(terms("nightly", 3));
    assertThatThrownBy(() -> request(terms("nightly", 3), KEY)).isInstanceOf(Refused.class);
    assertThat(request(terms("weekly", 3), KEY)).isInstanceOf(RequestedPolicy.Made.class);
  }

  @Test
  void whereverItDiesTheNextTryMakesItOnce() {
    for (int calls = 1; ; calls++) {
      RequestKey key = RequestKey.of("ann", "k" + calls);
      Terms terms = terms("p" + calls, 1);
      boolean crashed = false;
      try {
        new PolicyRequests(open(new CrashingObjectStore(memory, calls))).request(terms, key);
      } catch (CrashingObjectStore.Crash e) {
        crashed = true;
      }
      request(terms, key);
      assertThat(request(terms, key)).isInstanceOf(RequestedPolicy.Repeated.class);
      assertThat(new Policies(repository).list()).hasSize(calls);
      if (!crashed) {
        assertThat(calls).isGreaterThan(3);
        return;
      }
    }
  }
}
