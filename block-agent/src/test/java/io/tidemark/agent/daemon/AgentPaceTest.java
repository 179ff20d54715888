package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class AgentPaceTest extends DaemonFixture {
  /// Does not wait, writes down how long it should have, and ends the agent at last.
  private static final class ScriptedBell extends Bell {
    private final List<Duration> spans = new ArrayList<>();
    private final IntConsumer script;
    private final int turns;
    private boolean ringing;

    /// @param script what happens while the agent waits, by turn
    ScriptedBell(int turns, IntConsumer script) {
      this.turns = turns;
      this.script = script;
    }

    @Override
    void ring() {
      ringing = true;
    }

    @Override
    void await(Duration span) throws InterruptedException {
      if (ringing) {
        ringing = false;
        spans.add(Duration.ZERO);
      } else {
        spans.add(span);
      }
      if (spans.size() == turns) {
        throw new InterruptedException();
      }
      script.accept(spans.size());
      // Rung while somebody waited.
      ringing = false;
    }
  }

  private static void assertAbout(Duration span, long seconds) {
    assertThat(span).isBetween(Duration.ofMillis(750 * seconds), Duration.ofSeconds(seconds));
  }

  @Test
  void looksEverMoreSeldomWhileNothingComes() {
    List<Long> requests = new ArrayList<>();
    ScriptedBell bell = new ScriptedBell(9, _ -> requests.add(counts.tally().requests()));
    agent(bell).run();
    long[] expected = {1, 2, 4, 8, 16, 30, 30, 30, 30};
    for (int i = 0; i < expected.length; i++) {
      assertAbout(bell.spans.get(i), expected[i]);
    }
    // Each look asks one thing.
    for (int i = 1; i < requests.size(); i++) {
      assertThat(requests.get(i) - requests.get(i - 1)).isEqualTo(1);
    }
    assertThat(said).contains("Stopping; nothing is under way.");
  }

  @Test
  void looksOftenAgainOnceSomethingCame() {
    Agent[] agent = new Agent[1];
    ScriptedBell bell =
        new ScriptedBell(
            14,
            turn -> {
              if (turn == 6) {
                SnapshotId _ = request("db1");
              } else if (turn == 11) {
                agent[0].wake();
              }
            });
    agent[0] = agent(bell);
    agent[0].run();
    assertThat(state("db1").entries().values())
        .singleElement()
        .satisfies(entry -> assertThat(entry.phase()).isInstanceOf(Phase.Ready.class));
    assertAbout(bell.spans.get(5), 30);
    // What ended lets it look at once, and then it looks often for a while.
    assertThat(bell.spans.get(6)).isZero();
    assertThat(bell.spans.get(7)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertAbout(bell.spans.get(10), 16);
    // A wake-up call as well.
    assertAbout(bell.spans.get(11), 1);
  }

  @Test
  void isInNoHurryWhileSomethingCannotBeServed() throws Exception {
    agent().turn();
    SnapshotId _ = request("db1");
    // By this host's clock it is late, by the store's it is not.
    ahead = Duration.ofHours(1);
    ScriptedBell bell = new ScriptedBell(9, _ -> {});
    try (var _ = host().lock(repository, named("db1"))) {
      agent(bell).run();
    }
    assertThat(bell.spans).doesNotContain(Duration.ZERO);
    assertAbout(bell.spans.get(7), 30);
    assertAbout(bell.spans.get(8), 30);
  }

  @Test
  void isInNoHurryWhileTheStoreIsDown() {
    ScriptedBell bell =
        new ScriptedBell(
            9,
            turn -> {
              if (turn == 2) {
                store.down = true;
              }
            });
    agent(bell).run();
    assertAbout(bell.spans.get(8), 30);
    assertThat(warnings).singleElement().asString().contains("inbox");
  }
}
