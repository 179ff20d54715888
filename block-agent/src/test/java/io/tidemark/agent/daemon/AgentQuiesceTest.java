package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentQuiesceTest extends DaemonFixture {
  private SnapshotId request(List<String> quiesce) {
    return new SnapshotRequests(repository)
        .request(
            repository.journal().read().state(),
            new SnapshotRequest(
                named("db1"),
                Label.NONE,
                Optional.empty(),
                Duration.ofMinutes(1),
                new Wishes(Optional.empty(), quiesce)),
            Optional.empty())
        .id();
  }

  @Test
  void tellsItsStepsAndTakesThoseThatARequestNames() {
    steps.put("still", QuiesceStep.parse("fs:/nonexistent"));
    Agent agent = agent();
    agent.turn();
    assertThat(new Hosts(repository).find("host-a").steps()).containsExactly("still");
    SnapshotId id = request(List.of("still"));
    agent.turn();
    assertThat(reason("db1", id)).contains("The step fs:/nonexistent cannot be taken");
  }

  @Test
  void failsARequestWhoseStepIsGone() {
    steps.put("still", QuiesceStep.parse("sync"));
    agent().turn();
    SnapshotId id = request(List.of("still"));
    steps.clear();
    agent().turn();
    assertThat(new Hosts(repository).find("host-a").steps()).isEmpty();
    assertThat(reason("db1", id)).contains("has no step 'still' any more");
  }
}
