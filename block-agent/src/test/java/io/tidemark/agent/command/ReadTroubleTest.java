package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.source.Opening;
import io.tidemark.agent.source.SourceAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What goes wrong while a snapshot is restored, verified or only looked at.
class ReadTroubleTest extends TroubledVolume {
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
            .withSources(
                opening ->
                    new Watched(
                        new Opening(
                            new SourceAddress.FileOrDevice(image),
                            opening.consent(),
                            opening.volume(),
                            opening.folder(),
                            opening.stillness(),
                            opening.warnings())));
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
}
