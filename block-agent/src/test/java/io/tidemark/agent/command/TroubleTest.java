package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.SnapshotSession.ParentChoice;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong while a snapshot is made, and what is left then.
class TroubleTest extends TroubledVolume {
  @Test
  void failsWhenTheVolumeChangesMeanwhile() {
    tidemark.withSources(
        opening ->
            new Watched(opening) {
              @Override
              public void confirm() throws SourceException {
                throw new SourceException.Changed(image, "was written while it was read.");
              }
            });
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isEqualTo(1);
    JsonNode error = outcome.json().get("error");
    assertThat(error.get("code").asText()).isEqualTo("SOURCE_CHANGED");
    assertThat(error.get("message").asText()).contains("was written", "was not made", "collect");
    JsonNode listed = tidemark.run("snapshot", "list", "--json").json();
    assertThat(listed.get(0).get("state").asText()).isEqualTo("FAILED");
    assertThat(listed.get(0).get("id")).isEqualTo(error.get("snapshot"));
    assertThat(listed.get(0).get("reason").asText()).contains("was written");
    tidemark.withSources(new Sources(() -> CommandLines.NOW)::open);
    assertWorksAtOnce();
  }

  @Test
  void changesNothingWhenTheVolumeIsRefused() throws IOException {
    Files.delete(image);
    Outcome missing = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(missing.status()).isEqualTo(3);
    assertThat(missing.json().at("/error/code").asText()).isEqualTo("SOURCE_NOT_FOUND");
    Files.createDirectory(image);
    Outcome directory = tidemark.run("snapshot", "create", "web");
    assertThat(directory.status()).isEqualTo(3);
    assertThat(directory.err()).contains("folder");
    assertThat(tidemark.run("snapshot", "list", "--json").json()).isEmpty();
  }

  @Test
  void abortsWhenInterrupted() {
    tidemark.withSources(
        opening ->
            new Watched(opening) {
              @Override
              public void read(long offsetBytes, ByteBuffer into) throws SourceException {
                super.read(offsetBytes, into);
                Thread.currentThread().interrupt();
              }
            });
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(Thread.interrupted()).isFalse();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("INTERRUPTED");
    assertThat(outcome.json().at("/error/message").asText()).contains("was not made");
    assertThat(tidemark.run("snapshot", "list", "--json").json()).isEmpty();
    tidemark.withSources(new Sources(() -> CommandLines.NOW)::open);
    assertWorksAtOnce();
  }

  @Test
  void saysThatNothingWasChangedWhenInterruptedBeforeThat() {
    create();
    store.beforeGet(TroubleTest::giveUp);
    for (String[] line :
        new String[][] {
          {"snapshot", "create", "web"}, {"snapshot", "delete", "web@latest"}, {"collect"}
        }) {
      Outcome outcome =
          tidemark.run(Stream.concat(Stream.of(line), Stream.of("--json")).toArray(String[]::new));
      assertThat(Thread.interrupted()).isFalse();
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.json().at("/error/code").asText()).isEqualTo("INTERRUPTED");
      assertThat(outcome.json().at("/error/message").asText())
          .isEqualTo("Interrupted. Nothing was changed.");
    }
    store.beforeGet(_ -> {});
    assertWorksAtOnce();
  }

  @Test
  void saysWhatMayStillArriveOfASnapshotThatWasNotMade() {
    store.loseCreates(key -> key.contains("/packs/"));
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(outcome.json().at("/error/message").asText())
        .containsPattern("Up to [1-9][0-9]+ bytes .* may still arrive")
        .contains("tidemark collect")
        .doesNotContain("Nothing is left");
    store.loseCreates(_ -> false);
    assertWorksAtOnce();
  }

  @Test
  void tellsAnInterruptFromAStoreThatDoesNotAnswer() {
    String id = create();
    String map = packs().get(packs().size() - 2);
    store.beforeGet(
        key -> {
          if (key.equals(map)) {
            Thread.currentThread().interrupt();
            throw new StoreException.Unavailable(key, "Could not read it: interrupted.", null);
          }
        });
    Path target = folder.resolve("restored.img");
    Outcome outcome = tidemark.run("snapshot", "restore", id, "--to", target.toString(), "--json");
    assertThat(Thread.interrupted()).isFalse();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("INTERRUPTED");
    assertThat(target).doesNotExist();
    store.beforeGet(_ -> {});
    assertThat(tidemark.run("volume", "show", "web", "--json").json().get("holds")).isEmpty();
  }

  @Test
  void saysSoonHowFarItIsAndThenOnceAMinute() {
    List<Duration> periods = new ArrayList<>();
    List<Runnable> beats = new ArrayList<>();
    Pulse byHand =
        (period, task) -> {
          if (period.toSeconds() >= 1) {
            periods.add(period);
            beats.add(task);
          }
          return () -> {};
        };
    List<Integer> written = new ArrayList<>();
    tidemark
        .withPulse(byHand)
        .withSources(
            opening ->
                new Watched(opening) {
                  @Override
                  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
                    super.read(offsetBytes, into);
                    synchronized (written) {
                      while (written.size() < 26) {
                        beats.getFirst().run();
                        written.add(keys("/beats/").size());
                      }
                    }
                  }
                });
    assertThat(tidemark.run("snapshot", "create", "web", "--json").status()).isZero();
    assertThat(periods).containsExactly(Duration.ofSeconds(5));
    assertThat(written.subList(0, 12)).containsOnly(1);
    assertThat(written.subList(12, 24)).containsOnly(2);
    assertThat(written.subList(24, 26)).containsOnly(3);
  }

  @Test
  void stopsWhenSomebodyEndsItsSession() {
    List<Runnable> beats = new ArrayList<>();
    Pulse byHand =
        (period, task) -> {
          if (period.toSeconds() >= 5) {
            beats.add(task);
          }
          return () -> beats.remove(task);
        };
    CommandLines other = new CommandLines(store, folder.resolve("state"));
    tidemark
        .withPulse(byHand)
        .withSources(
            opening ->
                new Watched(opening) {
                  private boolean done;

                  @Override
                  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
                    super.read(offsetBytes, into);
                    if (!done) {
                      done = true;
                      String id =
                          other.run("snapshot", "list", "--json").json().get(0).get("id").asText();
                      assertThat(other.run("snapshot", "abort", id).status()).isZero();
                      try {
                        List.copyOf(beats).forEach(Runnable::run);
                      } catch (RuntimeException e) {
                        // Ends the beats; the thread that works was told.
                      }
                    }
                  }
                });
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("SESSION_ENDED");
    assertThat(tidemark.run("snapshot", "list", "--json").json()).isEmpty();
  }

  @Test
  void endsWhatADeadProcessLeft() throws IOException {
    Repository repository = repository();
    NamedVolume volume = new Volumes(repository).find("web");
    SnapshotSession dead =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(volume.id(), Label.NONE, Origin.MANUAL, CommandLines.NOW, "host-a"),
            ParentChoice.newest());
    note(repository, volume, dead);
    SnapshotSession elsewhere =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(volume.id(), Label.NONE, Origin.MANUAL, CommandLines.NOW, "host-b"),
            ParentChoice.newest());
    SnapshotSession ofAnotherStateFolder =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(volume.id(), Label.NONE, Origin.MANUAL, CommandLines.NOW, "host-a"),
            ParentChoice.newest());
    assertWorksAtOnce();
    String left = tidemark.run("snapshot", "list", "--json").out();
    assertThat(left)
        .doesNotContain(dead.snapshot().text())
        .contains(elsewhere.snapshot().text())
        .contains(ofAnotherStateFolder.snapshot().text());
  }

  /// What a process leaves in its state folder while it works.
  private void note(Repository repository, NamedVolume volume, SnapshotSession session)
      throws IOException {
    Path state =
        folder.resolve("state").resolve(repository.info().id()).resolve(volume.id().text());
    Files.createDirectories(state);
    Files.createFile(state.resolve("session-" + session.token()));
  }

  @Test
  void collectEndsWhatADeadProcessLeft() throws IOException {
    Repository repository = repository();
    NamedVolume volume = new Volumes(repository).find("web");
    SnapshotSession dead =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(volume.id(), Label.NONE, Origin.MANUAL, CommandLines.NOW, "host-a"),
            ParentChoice.newest());
    assertThat(tidemark.run("collect").out()).doesNotContain(dead.snapshot().text());
    note(repository, volume, dead);
    assertThat(tidemark.run("collect", "--dry-run").out())
        .contains("would abort " + dead.snapshot());
    assertThat(tidemark.run("snapshot", "list", "--json").json()).hasSize(1);
    assertThat(tidemark.run("collect").out()).contains("abort " + dead.snapshot());
    assertThat(tidemark.run("snapshot", "list", "--json").json()).isEmpty();
  }

  @Test
  void refusesASecondOneOnThisHost() throws IOException {
    Repository repository = repository();
    NamedVolume volume = new Volumes(repository).find("web");
    Path lock =
        folder
            .resolve("state")
            .resolve(repository.info().id())
            .resolve(volume.id().text())
            .resolve("lock");
    try (HostLock _ = HostLock.tryAcquire(lock).orElseThrow()) {
      Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
      assertThat(outcome.status()).isEqualTo(3);
      assertThat(outcome.json().at("/error/code").asText()).isEqualTo("IN_USE");
      assertThat(outcome.json().at("/error/message").asText())
          .contains("process " + ProcessHandle.current().pid());
    }
    assertWorksAtOnce();
  }

  @Test
  void saysUnknownAndNeverFailedOfALostCommit() {
    create();
    store.loseCreates(key -> key.contains("/journal/") && commits(key));
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(outcome.json().at("/error/message").asText())
        .contains("It is not known whether the snapshot")
        .doesNotContain("was not made");
    store.loseCreates(_ -> false);
    assertThat(tidemark.run("snapshot", "list", "--json").out()).contains("CREATING");
    assertWorksAtOnce();
  }

  /// Whether the event with this key follows a `begun`, which is when a commit comes.
  private boolean commits(String key) {
    String folder = key.substring(0, key.lastIndexOf('/') + 1);
    String newest = store.list(folder, "", 1).entries().getFirst().key();
    return new String(store.get(newest), java.nio.charset.StandardCharsets.UTF_8)
        .contains("\"type\":\"begun\"");
  }

  @Test
  void takesNoParentWhoseListIsDamaged() throws IOException {
    create();
    content[5] ^= 1;
    Files.write(image, content);
    String list = packs().getLast();
    store.flip(list);
    // Without what this host remembers the list has to be read from the store.
    tidemark.with("TIDEMARK_STATE", folder.resolve("other-state").toString());
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("warning", list);
    assertThat(outcome.json().get("parent").isNull()).isTrue();
  }

  /// Without what this host remembers, every changed place has to be looked up in the parent's map.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadsAllWhenTheMapOfTheParentCannotBeRead(boolean damaged) throws IOException {
    String parent = create();
    content[5] ^= 1;
    Files.write(image, content);
    String map = packs().get(1);
    if (damaged) {
      store.flip(map);
    } else {
      store.delete(List.of(map));
    }
    tidemark.with("TIDEMARK_STATE", folder.resolve("other-state").toString());
    Outcome outcome = tidemark.run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).as(outcome.out()).isZero();
    assertThat(outcome.err())
        .contains("warning", map, "all of web is read and sent anew", "repository check");
    assertThat(outcome.json().get("parent").isNull()).isTrue();
    assertThat(outcome.json().get("changedBytes").asLong()).isEqualTo(content.length);
    assertThat(tidemark.run("snapshot", "list", "--json").json())
        .extracting(each -> each.get("id").asText())
        .containsExactlyInAnyOrder(parent, outcome.json().get("id").asText());
    Path target = folder.resolve("restored.img");
    String made = outcome.json().get("id").asText();
    assertThat(tidemark.run("snapshot", "restore", made, "--to", target.toString()).status())
        .isZero();
    assertThat(target).hasBinaryContent(content);
    // The next one is compared with it again.
    assertThat(tidemark.run("snapshot", "create", "web", "--json").json().get("parent").asText())
        .isEqualTo(made);
  }
}
