package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AgentTroubleTest extends DaemonFixture {
  @Test
  void servesOthersBesideAVolumeWhoseJournalIsDamaged() throws Exception {
    volume("db2");
    Agent agent = agent();
    agent.turn();
    request("db2");
    SnapshotId other = request("db1");
    store.damaged = named("db2").id() + "/journal/";
    agent.turn();
    agent.turn();
    assertThat(phase("db1", other)).isInstanceOf(Phase.Ready.class);
    assertThat(warnings).singleElement().asString().contains(named("db2").id().text());
    Agent next = agent();
    next.turn();
    assertThat(next.status().trouble()).isEmpty();
    store.damaged = "none";
    next.turn();
    assertThat(state("db2").entries().values())
        .allSatisfy(entry -> assertThat(entry.phase()).isInstanceOf(Phase.Ready.class));
  }

  @Test
  void goesOnOnceTheStoreIsBack() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    store.down = true;
    agent.turn();
    agent.turn();
    assertThat(agent.status().trouble()).contains("The store is down.");
    assertThat(warnings).hasSize(1);
    store.down = false;
    agent.turn();
    assertThat(agent.status().trouble()).isEmpty();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void goesOnWithASnapshotThatItsProcessDiedOver() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    turnAndDieOver("/packs/", agent);
    assertThat(phase("db1", id)).isInstanceOf(Phase.Creating.class);
    Path pool = pool();
    Agent next = agent();
    next.turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
    requestRestore(id, copy("fast"));
    next.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
  }

  @Test
  void endsASnapshotThatItsProcessDiedOverWhenItIsTooLateForAnother() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    turnAndDieOver("/packs/", agent);
    now = now.plus(MINUTE).plusSeconds(1);
    agent().turn();
    assertThat(reason("db1", id)).contains("its agent ended", "too late");
  }

  @Test
  void leavesSessionsOfOthersAlone() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    turnAndDieOver("/packs/", agent);
    // Another state folder: nothing says that the process is dead.
    Files.move(folder.resolve("state"), folder.resolve("other"));
    agent().turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Creating.class);
  }
}
