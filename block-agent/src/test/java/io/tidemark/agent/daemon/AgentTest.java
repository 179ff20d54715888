package io.tidemark.agent.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AgentTest extends DaemonFixture {
  @Test
  void registersTheHostAndItsVolumesOnce() {
    pools.put("fast", folder);
    agent().turn();
    assertThat(new Hosts(repository).find("host-a").pools()).containsExactly("fast");
    assertThat(named("db1").source()).isEqualTo(folder.resolve("db1.raw").toString());
    long events = repository.journal().newestNumber();
    agent().turn();
    assertThat(repository.journal().newestNumber()).isEqualTo(events);
    assertThat(warnings).isEmpty();
  }

  @Test
  void saysWhatDiffersAndChangesNothing() {
    agent().turn();
    VolumeSetting old = volumes.removeFirst();
    volumes.add(
        new VolumeSetting(
            old.name(),
            new SourceAddress.FileOrDevice(Path.of("/elsewhere")),
            Optional.empty(),
            old.tags(),
            old.whenInUse(),
            old.fullScans(),
            old.quiesce()));
    agent().turn();
    assertThat(warnings).singleElement().asString().contains("db1", "differs", "db1.raw");
    volumes.clear();
    agent().turn();
    assertThat(named("db1").source()).isEqualTo(folder.resolve("db1.raw").toString());
  }

  @Test
  void makesWhatIsAskedFor() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    assertThat(state("db1").find(id).orElseThrow().content().orElseThrow().root().sizeBytes())
        .isEqualTo(content.length);
    assertThat(metrics.text())
        .contains("tidemark_snapshots_total{volume=\"db1\"} 1.0")
        .contains("tidemark_snapshot_read_bytes_total{volume=\"db1\"} 300000.0");
    // The marker is still there, for functions alone take it away.
    agent.turn();
    assertThat(agent.waiting()).isZero();
    assertThat(warnings).isEmpty();
  }

  @Test
  void asksOneThingOnceNothingIsNew() {
    Agent agent = agent();
    agent.turn();
    make(agent);
    agent.turn();
    long before = counts.tally().requests();
    agent.turn();
    assertThat(counts.tally().requests() - before).isEqualTo(1);
  }

  @Test
  void findsWhatWasAskedForWhileNoAgentRan() {
    agent().turn();
    SnapshotId id = request("db1");
    agent().turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void failsWhatComesTooLate() {
    agent().turn();
    SnapshotId id = request("db1");
    now = now.plus(MINUTE).plusSeconds(1);
    agent().turn();
    assertThat(reason("db1", id)).contains("latest allowed");
  }

  @Test
  void failsWhatWaitedTooLongForItsTurn() throws Exception {
    volume("db2");
    volume("db3");
    threads = postponed::add;
    Agent agent = agent();
    agent.turn();
    Map<String, SnapshotId> asked = new TreeMap<>();
    List.of("db1", "db2", "db3").forEach(volume -> asked.put(volume, request(volume)));
    agent.turn();
    assertThat(agent.running()).isEqualTo(2);
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    List<String> failed =
        asked.keySet().stream()
            .filter(
                volume -> phase(volume, requireNonNull(asked.get(volume))) instanceof Phase.Failed)
            .toList();
    assertThat(failed).hasSize(1);
    assertThat(reason(failed.getFirst(), requireNonNull(asked.get(failed.getFirst()))))
        .contains("latest allowed");
    assertThat(agent.running()).isEqualTo(2);
  }

  @Test
  void tellsWhyAVolumeCannotBeReadAndGoesOnWithOthers() throws Exception {
    Path gone = volume("db2");
    Agent agent = agent();
    agent.turn();
    Files.delete(gone);
    SnapshotId fails = request("db2");
    SnapshotId other = request("db1");
    agent.turn();
    agent.turn();
    assertThat(reason("db2", fails)).contains(gone.toString());
    assertThat(phase("db1", other)).isInstanceOf(Phase.Ready.class);
    assertThat(agent.waiting()).isZero();
    assertThat(metrics.text()).contains("code=\"NotMade\",volume=\"db2\",work=\"snapshot\"");
  }

  @Test
  void goesByTheClockOfTheStoreAlone() {
    ahead = Duration.ofHours(1);
    Agent agent = agent();
    agent.turn();
    make(agent);
  }
}
