package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.SnapshotSession.ParentChoice;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong while a snapshot is made or read, and what is left then.
class TroubleTest {
  private static final int CHUNK_BYTES = 32 << 10;

  @TempDir Path folder;
  private final RandomGenerator random = Seeded.random("TroubleTest");
  private final BentStore store = new BentStore(new MemoryObjectStore(() -> CommandLines.NOW));
  private CommandLines tidemark;
  private Path image;
  private byte[] content;

  @BeforeEach
  void makeVolume() throws IOException {
    tidemark = new CommandLines(store, folder.resolve("state"));
    content = new byte[20 * CHUNK_BYTES];
    random.nextBytes(content);
    image = Files.write(folder.resolve("web.img"), content);
    assertThat(tidemark.run("repository", "init").status()).isZero();
    assertThat(tidemark.run("volume", "add", "web", image.toString()).status()).isZero();
  }

  private String create() {
    Outcome outcome = tidemark.run("snapshot", "create", "web");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    return outcome.out().strip();
  }

  private List<String> packs() {
    return store.list("volumes/", "", 1000).entries().stream()
        .map(Listing.Entry::key)
        .filter(key -> key.contains("/packs/"))
        .toList();
  }

  private void assertWorksAtOnce() {
    String id = create();
    Path target = folder.resolve("again-" + id);
    assertThat(tidemark.run("snapshot", "restore", id, "--to", target.toString()).status())
        .isZero();
    assertThat(target).hasBinaryContent(content);
    assertThat(tidemark.run("repository", "check").status()).isZero();
  }

  @Test
  void failsWhenTheVolumeChangesMeanwhile() {
    tidemark.withSources(
        (path, consent) ->
            new Watched(path, consent) {
              @Override
              public void confirm() throws SourceException {
                throw new SourceException.Changed(path, "was written while it was read.");
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
        (path, consent) ->
            new Watched(path, consent) {
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

  /// As a signal does while a request is under way.
  private static void giveUp(String key) {
    Thread.currentThread().interrupt();
    throw new StoreException.Unavailable(key, "Could not read " + key + ".", null);
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
  void saysWhatAnInterruptedRestoreLeaves() throws IOException {
    String id = create();
    Runnable interrupt =
        () ->
            store.beforeGet(
                key -> {
                  if (key.contains("/packs/")) {
                    store.beforeGet(_ -> {});
                    giveUp(key);
                  }
                });
    Path target = folder.resolve("restored.img");
    interrupt.run();
    Outcome fresh = tidemark.run("snapshot", "restore", id, "--to", target.toString(), "--json");
    assertThat(fresh.status()).isEqualTo(1);
    assertThat(fresh.json().at("/error/code").asText()).isEqualTo("INTERRUPTED");
    assertThat(fresh.json().at("/error/snapshot").asText()).isEqualTo(id);
    assertThat(fresh.json().at("/error/message").asText()).contains("Nothing was left behind.");
    assertThat(target).doesNotExist();
    Files.write(target, new byte[content.length]);
    interrupt.run();
    Outcome inPlace =
        tidemark.run("snapshot", "restore", id, "--to", target.toString(), "--in-place");
    assertThat(inPlace.status()).isEqualTo(1);
    assertThat(inPlace.err()).contains("Nothing was written to " + target);
    interrupt.run();
    assertThat(tidemark.run("snapshot", "verify", id).err()).contains("nothing was changed");
    assertThat(tidemark.run("volume", "show", "web", "--json").json().get("holds")).isEmpty();
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
  void stopsWhenSomebodyEndsItsSession() {
    List<Runnable> beats = new ArrayList<>();
    Pulse byHand =
        (period, task) -> {
          if (period.toSeconds() >= 60) {
            beats.add(task);
          }
          return () -> beats.remove(task);
        };
    CommandLines other = new CommandLines(store, folder.resolve("state"));
    tidemark
        .withPulse(byHand)
        .withSources(
            (path, consent) ->
                new Watched(path, consent) {
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

  private Repository repository() {
    Backoff once = () -> () -> false;
    return Repository.open(
        store,
        new Journal.Writer(
            "test", () -> CommandLines.NOW, random, new SettledCreate(store, once), once));
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

  @Test
  void namesWhatAMissingPackCosts() throws IOException {
    String id = create();
    String pack = packs().getFirst();
    store.delete(List.of(pack));
    Outcome verified = tidemark.run("snapshot", "verify", id, "--json");
    assertThat(verified.status()).isEqualTo(1);
    JsonNode damage = verified.json().get("damage").get(0);
    assertThat(damage.get("key").asText()).isEqualTo(pack);
    assertThat(damage.get("kind").asText()).isEqualTo("missing");
    assertThat(damage.get("extents").toString())
        .isEqualTo("[{\"offset\":0,\"length\":" + content.length + "}]");

    Path target = folder.resolve("restored.img");
    Outcome restored = tidemark.run("snapshot", "restore", id, "--to", target.toString(), "--json");
    assertThat(restored.status()).isEqualTo(1);
    assertThat(target).doesNotExist();
    JsonNode error = restored.json().get("error");
    assertThat(error.get("code").asText()).isEqualTo("DAMAGED");
    assertThat(error.get("snapshot").asText()).isEqualTo(id);
    assertThat(error.get("damage").get(0).get("extents")).isEqualTo(damage.get("extents"));
    assertThat(error.get("message").asText())
        .contains("web", pack, "bytes 0-", "could not be restored. Nothing was left behind.")
        .doesNotContain("device", "in place");
    Files.write(target, new byte[content.length]);
    assertThat(
            tidemark
                .run("snapshot", "restore", id, "--to", target.toString(), "--in-place", "--json")
                .json()
                .at("/error/message")
                .asText())
        .contains("could not be restored. Nothing was written to " + target)
        .doesNotContain("device", "new file");
    assertThat(tidemark.run("volume", "show", "web", "--json").json().get("holds")).isEmpty();
    assertThat(tidemark.run("repository", "check").status()).isEqualTo(1);
  }

  @Test
  void namesWhatDamagedObjectsCostAndWhoSharesThem() throws IOException {
    String first = create();
    content[7 * CHUNK_BYTES] ^= 1;
    Files.write(image, content);
    String second = create();
    store.flip(packs().getFirst());
    Outcome verified = tidemark.run("snapshot", "verify", second, "--json");
    assertThat(verified.status()).isEqualTo(1);
    JsonNode damage = verified.json().get("damage").get(0);
    assertThat(damage.get("kind").asText()).isEqualTo("corrupt");
    assertThat(damage.get("sharedBy").get(0).asText()).isEqualTo(first);
    assertThat(damage.get("extents").toString())
        .isEqualTo(
            "[{\"offset\":0,\"length\":%d},{\"offset\":%d,\"length\":%d}]"
                .formatted(7 * CHUNK_BYTES, 8 * CHUNK_BYTES, 12 * CHUNK_BYTES));
    assertThat(tidemark.run("snapshot", "verify", second).out())
        .contains("DAMAGED", packs().getFirst(), "also needed by " + first);
  }

  @Test
  void listsTheSoundVolumesBesideADamagedOne() {
    String id = create();
    assertThat(tidemark.run("volume", "add", "other", image.toString()).status()).isZero();
    assertThat(tidemark.run("snapshot", "create", "other").status()).isZero();
    String volume = tidemark.run("volume", "show", "other", "--json").json().get("id").asText();
    String newest = store.list("volumes/" + volume + "/journal/", "", 1).entries().getFirst().key();
    store.flip(newest);
    Outcome listed = tidemark.run("snapshot", "list", "--json");
    assertThat(listed.status()).isEqualTo(1);
    assertThat(listed.json()).hasSize(1);
    assertThat(listed.json().at("/0/id").asText()).isEqualTo(id);
    assertThat(listed.err()).contains("other", newest);
    Outcome text = tidemark.run("snapshot", "list");
    assertThat(text.status()).isEqualTo(1);
    assertThat(text.out()).contains(id);
    assertThat(text.err()).contains("tidemark: The snapshots of other", newest);
    assertThat(tidemark.run("snapshot", "list", "web").status()).isZero();
    Outcome alone = tidemark.run("snapshot", "list", "other", "--json");
    assertThat(alone.status()).isEqualTo(1);
    assertThat(alone.json().at("/error/message").asText()).contains(newest);
  }

  @Test
  void namesWhatADamagedMapCosts() {
    String id = create();
    // Chunks, map, list: in that order.
    String map = packs().get(1);
    store.flip(map);
    Outcome verified = tidemark.run("snapshot", "verify", id, "--json");
    assertThat(verified.status()).isEqualTo(1);
    JsonNode damage = verified.json().get("damage").get(0);
    assertThat(damage.get("key").asText()).isEqualTo(map);
    assertThat(damage.get("bytes").asLong()).isEqualTo(content.length);
    Path target = folder.resolve("restored.img");
    Outcome restored = tidemark.run("snapshot", "restore", id, "--to", target.toString());
    assertThat(restored.status()).isEqualTo(1);
    assertThat(target).doesNotExist();
  }

  @Test
  void saysDeletedOfWhatIsDeletedMeanwhile() {
    String id = create();
    // Without a hold, for this key may not write.
    store.denyCreates(key -> key.contains("/journal/"));
    CommandLines other = new CommandLines(store, folder.resolve("state"));
    store.beforeGet(
        key -> {
          if (key.equals(packs().getFirst())) {
            store.beforeGet(_ -> {});
            store.denyCreates(_ -> false);
            assertThat(other.run("snapshot", "delete", id, "--now").status()).isZero();
            assertThat(other.run("collect").status()).isZero();
          }
        });
    Path target = folder.resolve("restored.img");
    Outcome restored = tidemark.run("snapshot", "restore", id, "--to", target.toString(), "--json");
    assertThat(restored.status()).isEqualTo(1);
    assertThat(restored.json().at("/error/code").asText()).isEqualTo("DELETED");
    assertThat(target).doesNotExist();
  }

  @Test
  void restoresWithoutTheRightToWriteAndSaysSo() {
    String id = create();
    store.denyCreates(_ -> true);
    Path target = folder.resolve("restored.img");
    Outcome restored = tidemark.run("snapshot", "restore", id, "--to", target.toString());
    assertThat(restored.status()).isZero();
    assertThat(restored.err()).contains("warning: This key may not write");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void keepsASnapshotWhileItIsRead() {
    String id = create();
    CommandLines other = new CommandLines(store, folder.resolve("state"));
    store.beforeGet(
        key -> {
          if (key.contains("/packs/")) {
            store.beforeGet(_ -> {});
            assertThat(other.run("snapshot", "delete", id, "--now").status()).isZero();
            assertThat(other.run("collect").status()).isZero();
          }
        });
    Path target = folder.resolve("restored.img");
    Outcome restored = tidemark.run("snapshot", "restore", id, "--to", target.toString());
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(target).hasBinaryContent(content);
    assertThat(tidemark.run("collect", "--json").json().get("keptBytes").asLong()).isZero();
  }

  @Test
  void begetsNoSnapshotOfAVolumeThatIsBeingRestored() throws IOException {
    String id = create();
    Path elsewhere = Files.write(folder.resolve("db.img"), new byte[content.length]);
    assertThat(tidemark.run("volume", "add", "db", elsewhere.toString()).status()).isZero();
    CommandLines other =
        new CommandLines(store, folder.resolve("other-state"))
            .withSources((path, consent) -> new Watched(image, consent));
    List<Integer> statuses = new ArrayList<>();
    store.beforeGet(
        key -> {
          if (key.contains("/packs/") && statuses.isEmpty()) {
            statuses.add(-1);
            statuses.add(other.run("snapshot", "create", "db").status());
            statuses.add(other.run("snapshot", "create", "web").status());
          }
        });
    Outcome restored =
        tidemark.run("snapshot", "restore", id, "--to", elsewhere.toString(), "--in-place");
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(statuses).containsExactly(-1, 3, 0);
    assertThat(elsewhere).hasBinaryContent(content);
    for (String volume : new String[] {"web", "db"}) {
      assertThat(tidemark.run("volume", "show", volume, "--json").json().get("holds")).isEmpty();
    }
  }

  @Test
  void refusesARepositoryOfANewerFormat() {
    byte[] newer =
        new String(store.get("tidemark.json"), java.nio.charset.StandardCharsets.UTF_8)
            .replace("\"format\":1", "\"format\":2")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    store.delete(List.of("tidemark.json"));
    store.createIfAbsent("tidemark.json", ByteBuffer.wrap(newer));
    Outcome outcome = tidemark.run("snapshot", "list", "--json");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("FORMAT_TOO_NEW");
  }

  /// The real view, to be bent.
  private static class Watched implements VolumeView {
    private final VolumeView view;

    Watched(Path path, LiveConsent consent) throws SourceException {
      view = new Sources(() -> CommandLines.NOW).open(path, consent);
    }

    @Override
    public long sizeBytes() {
      return view.sizeBytes();
    }

    @Override
    public Consistency consistency() {
      return view.consistency();
    }

    @Override
    public Instant instant() {
      return view.instant();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws SourceException {
      view.read(offsetBytes, into);
    }

    @Override
    public Optional<Extent> nextData(long fromBytes) throws SourceException {
      return view.nextData(fromBytes);
    }

    @Override
    public void confirm() throws SourceException {
      view.confirm();
    }

    @Override
    public List<String> remarks() {
      return view.remarks();
    }

    @Override
    public void close() {
      view.close();
    }
  }
}
