package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.restore.Placement;
import io.tidemark.agent.restore.RestoreTargets;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.schedule.AbortSilent;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentRestoreTest extends DaemonFixture {
  private Path image;

  @BeforeEach
  void findImage() {
    image = folder.resolve("db1.raw");
  }

  /// Bends bytes of `db1`.
  ///
  /// @return what it holds then
  private byte[] change(int... places) throws IOException {
    byte[] changed = content.clone();
    for (int place : places) {
      changed[place] ^= 1;
    }
    Files.write(image, changed);
    return changed;
  }

  @Test
  void restoresToANewVolumeInAPool() throws Exception {
    Path pool = pool();
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
    assertThat(state("copy").holds()).isEmpty();
    assertThat(state("db1").holds()).isEmpty();
    assertThat(outcome("db1")).isEqualTo("done");
    // And it is a volume like any other.
    SnapshotId first = request("copy");
    agent.turn();
    assertThat(phase("copy", first)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void refusesARestoreToAPoolThatItHasNoFolderOf() throws Exception {
    pools.put("fast", folder.resolve("pool"));
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    pools.clear();
    agent().turn();
    assertThat(state("db1").holds()).isEmpty();
    assertThat(outcome("db1")).contains("refused", "pool:fast");
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
  }

  @Test
  void rollsBackInPlace() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    change(70_000);
    requestRestore(id, new RestoreTarget.InPlace());
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
  }

  @Test
  void rollsBackBeforeItMakesWhatWasAskedForLater() throws Exception {
    Agent first = agent();
    first.turn();
    SnapshotId id = make(first);
    change(70_000);
    requestRestore(id, new RestoreTarget.InPlace(), MINUTE.multipliedBy(2));
    SnapshotId later = request("db1");
    threads = postponed::add;
    Agent agent = agent();
    agent.turn();
    assertThat(postponed).hasSize(1);
    postponed.removeFirst().run();
    assertThat(image).hasBinaryContent(content);
    agent.turn();
    postponed.removeFirst().run();
    assertThat(phase("db1", later)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void putsOffWhatWaitsForARestoreAndSaysSoOnce() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, new RestoreTarget.InPlace());
    said.clear();
    SnapshotId later = request("db1");
    // Another process has the volume.
    try (var _ = host().lock(repository, named("db1"))) {
      agent.turn();
      agent.turn();
      agent.turn();
      assertThat(agent.waiting()).isEqualTo(2);
    }
    assertThat(said).filteredOn(line -> line.contains("waits")).hasSize(2);
    agent.turn();
    agent.turn();
    assertThat(outcome("db1")).isEqualTo("done");
    assertThat(phase("db1", later)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void refusesToRollBackAVolumeInUseAndNamesWhoHasIt() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    byte[] changed = change(70_000);
    requestRestore(id, new RestoreTarget.InPlace());
    try (FileChannel _ = FileChannel.open(image, StandardOpenOption.WRITE)) {
      agent.turn();
    }
    assertThat(image).hasBinaryContent(changed);
    assertThat(outcome("db1"))
        .startsWith("failed: ")
        .contains(Long.toString(ProcessHandle.current().pid()));
    assertThat(state("db1").holds()).isEmpty();
  }

  @Test
  void restoresFromARootThatIsHeldThoughItsSnapshotIsGone() throws Exception {
    Path pool = pool();
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    Snapshots snapshots = new Snapshots(repository);
    Snapshot snapshot = snapshots.find(id);
    snapshots.delete(List.of(snapshot), Snapshots.Deletion.NOW);
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
  }

  @Test
  void letsARestorePassThatNobodyBeganInTime() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, new RestoreTarget.InPlace());
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    assertThat(outcome("db1")).contains("latest allowed");
  }

  @Test
  void finishesARestoreThatItsProcessDiedOverAtItsEnd() throws Exception {
    Path pool = pool();
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    // Written when the file has its name already.
    turnAndDieOver("create repository/journal/", agent);
    assertThat(pool.resolve("copy.raw")).exists();
    assertThat(state("db1").holds()).isNotEmpty();
    agent().turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(state("db1").holds()).isEmpty();
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
  }

  @Test
  void leavesNothingOfANewVolumeThatCouldNotBeMade() throws Exception {
    Path pool = folder.resolve("pool");
    pools.put("fast", pool);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    agent.turn();
    agent.turn();
    assertThat(outcome("db1")).startsWith("failed: ").contains(pool.toString());
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
    // So the same can be asked for again.
    Files.createDirectory(pool);
    requestRestore(id, copy("fast"));
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
  }

  @Test
  void leavesNothingOfANewVolumeWhoseRestoreNobodyBegan() {
    pools.put("fast", folder);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    AbortSilent silent = new AbortSilent(repository);
    assertThat(silent.run().done()).isEmpty();
    assertThat(named("copy").source()).isEqualTo("pool:fast");
    now = now.plus(MINUTE).plusSeconds(1);
    assertThat(silent.run().done()).hasSize(2);
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
  }

  /// As a service is when it is begun anew.
  @Test
  void goesOnWithARestoreThatItsAgentWasStoppedOver() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    change(70_000);
    requestRestore(id, new RestoreTarget.InPlace());
    Thread worker = Thread.currentThread();
    failPacks(key -> worker.interrupt());
    agent.turn();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(state("db1").holds()).hasSize(1);
    assertThat(said).filteredOn(line -> line.contains("stopped")).hasSize(1);
    store.beforeGet = _ -> {};
    agent().turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
  }

  @Test
  void goesOnWithARestoreThatTheStoreWentAwayUnder() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    change(70_000);
    requestRestore(id, new RestoreTarget.InPlace());
    failPacks(_ -> {});
    agent.turn();
    assertThat(state("db1").holds()).hasSize(1);
    store.beforeGet = _ -> {};
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
  }

  private void failPacks(Consumer<String> before) {
    store.beforeGet =
        key -> {
          if (key.contains("/packs/")) {
            before.accept(key);
            throw new StoreException.Unavailable(key, "The store is down.", null);
          }
        };
  }

  /// However it came to be: somebody else has ended the restore, which nobody seemed to be at.
  @Test
  void makesNoSnapshotOfAVolumeThatARestoreLeftAMixtureIn() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    try (var target =
        host()
            .noting(
                repository,
                named("db1"),
                RestoreTargets.open(image.toString(), Placement.IN_PLACE, content.length),
                "another")) {
      target.write(0, ByteBuffer.wrap(new byte[10]));
    }
    SnapshotId refused = request("db1");
    agent.turn();
    assertThat(reason("db1", refused)).contains("mixture", "--in-place", "remove");
    requestRestore(id, new RestoreTarget.InPlace());
    SnapshotId waits = request("db1");
    agent.turn();
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(phase("db1", waits)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void leavesAFileAloneThatSomebodyElsePutWhereANewVolumeWasToCome() throws Exception {
    Path pool = pool();
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    turnAndDieOver("/packs/", agent);
    Path theirs = Files.writeString(pool.resolve("copy.raw"), "theirs");
    agent().turn();
    assertThat(theirs).hasContent("theirs");
    assertThat(outcome("db1")).contains("exists already");
    assertThat(pool).isDirectoryNotContaining("glob:**/.copy*");
  }

  /// Half of the volume is new by then, so it must not stay so.
  @Test
  void goesOnWithARollbackThatAReaderDisturbed() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    change(70_000, 290_000);
    requestRestore(id, new RestoreTarget.InPlace());
    List<AutoCloseable> readers = new ArrayList<>();
    store.beforeGet =
        key -> {
          if (key.contains("/packs/") && readers.isEmpty()) {
            readers.add(readerOf(image));
          }
        };
    said.clear();
    agent.turn();
    assertThat(readers).hasSize(1);
    assertThat(state("db1").holds()).hasSize(1);
    assertThat(said)
        .filteredOn(line -> line.contains("waits"))
        .singleElement()
        .asString()
        .contains("mixture", "gone on with");
    // Not before a minute has passed, and not while somebody has it open; nor by another agent.
    agent.turn();
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    agent().turn();
    assertThat(state("db1").holds()).hasSize(1);
    readers.getFirst().close();
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
    assertThat(state("db1").holds()).isEmpty();
  }

  /// Another process, for this one's own descriptors disturb nobody.
  private static AutoCloseable readerOf(Path image) {
    try {
      Process reader =
          new ProcessBuilder("sh", "-c", "exec 3<\"$0\"; echo; read _", image.toString()).start();
      reader.getInputStream().read();
      return () -> reader.destroyForcibly().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
