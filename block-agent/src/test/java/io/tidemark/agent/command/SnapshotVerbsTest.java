package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotVerbsTest {
  private static final int CHUNK_BYTES = 32 << 10;

  @TempDir Path folder;
  private final RandomGenerator random = Seeded.random("SnapshotVerbsTest");
  private CommandLines tidemark;
  private Path image;
  private byte[] content;

  @BeforeEach
  void makeVolume() throws IOException {
    tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"));
    // Data, a hole of zeroes, data, and a short chunk at the end.
    content = new byte[40 * CHUNK_BYTES + 1000];
    random.nextBytes(content);
    java.util.Arrays.fill(content, 10 * CHUNK_BYTES, 20 * CHUNK_BYTES, (byte) 0);
    image = Files.write(folder.resolve("web.img"), content);
    assertThat(tidemark.run("repository", "init").status()).isZero();
    assertThat(tidemark.run("volume", "add", "web", image.toString()).status()).isZero();
  }

  private String create(String... more) {
    List<String> line = new ArrayList<>(List.of("snapshot", "create", "web"));
    line.addAll(List.of(more));
    Outcome outcome = tidemark.run(line.toArray(String[]::new));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    return outcome.out().strip();
  }

  private void change(int chunk) throws IOException {
    content[chunk * CHUNK_BYTES + 17] ^= 1;
    Files.write(image, content);
  }

  @Test
  void tellsOneDocumentOfAMadeSnapshot() {
    Outcome outcome =
        tidemark.run(
            "snapshot",
            "create",
            "web",
            "--name",
            "first",
            "--tag",
            "a=1",
            "--tag",
            "b=x=y",
            "--json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    JsonNode made = outcome.json();
    List<String> members = new ArrayList<>();
    made.fieldNames().forEachRemaining(members::add);
    assertThat(members)
        .containsExactly(
            "id",
            "volume",
            "volumeId",
            "name",
            "state",
            "origin",
            "requestedAt",
            "instantAt",
            "committedAt",
            "sizeBytes",
            "readBytes",
            "changedBytes",
            "sentBytes",
            "storedBytes",
            "requests",
            "parent",
            "consistency",
            "seconds",
            "heldMilliseconds",
            "tags",
            "expires",
            "holds",
            "reason",
            "scan",
            "trashEndsAt");
    assertThat(made.get("id").asText()).matches("snap-[0-9a-f]{17}");
    assertThat(made.get("volume").asText()).isEqualTo("web");
    assertThat(made.get("name").asText()).isEqualTo("first");
    assertThat(made.get("state").asText()).isEqualTo("READY");
    assertThat(made.get("requestedAt").asText()).isEqualTo("2026-11-21T10:15:30.250Z");
    assertThat(made.get("sizeBytes").asLong()).isEqualTo(content.length);
    assertThat(made.get("readBytes").asLong()).isEqualTo(content.length);
    assertThat(made.get("changedBytes").asLong()).isEqualTo(content.length - 10 * CHUNK_BYTES);
    assertThat(made.get("sentBytes").asLong())
        .isGreaterThan(content.length - 10 * CHUNK_BYTES)
        .isLessThan(content.length);
    assertThat(made.get("storedBytes").asLong()).isLessThan(made.get("sentBytes").asLong());
    assertThat(made.get("requests").asLong()).isPositive();
    assertThat(made.get("parent").isNull()).isTrue();
    assertThat(made.get("consistency").asText()).isEqualTo("idle");
    assertThat(made.get("seconds").isNumber()).isTrue();
    assertThat(made.get("tags").toString()).isEqualTo("{\"a\":\"1\",\"b\":\"x=y\"}");
    assertThat(tidemark.run("snapshot", "list", "--json").json().get(0)).isEqualTo(made);
    assertThat(tidemark.run("snapshot", "show", "web@first", "--json").json()).isEqualTo(made);
  }

  @Test
  void sendsOnlyWhatChanged() throws IOException {
    create();
    change(30);
    JsonNode second = tidemark.run("snapshot", "create", "web", "--json").json();
    assertThat(second.get("changedBytes").asLong()).isEqualTo(CHUNK_BYTES);
    assertThat(second.get("sentBytes").asLong()).isLessThan(2 * CHUNK_BYTES);
    JsonNode third = tidemark.run("snapshot", "create", "web", "--json").json();
    assertThat(third.get("changedBytes").asLong()).isZero();
    assertThat(third.get("storedBytes").asLong()).isZero();
    assertThat(third.get("requests").asLong()).isLessThanOrEqualTo(14);
    assertThat(third.get("parent").asText()).isEqualTo(second.get("id").asText());
  }

  @Test
  void restoresWhatWasThere() throws IOException {
    byte[] before = content.clone();
    String first = create();
    change(3);
    String second = create();
    Path target = folder.resolve("restored.img");
    Outcome restored =
        tidemark.run("snapshot", "restore", first, "--to", target.toString(), "--json");
    assertThat(restored.err()).isEmpty();
    assertThat(restored.status()).isZero();
    assertThat(Files.readAllBytes(target)).isEqualTo(before);
    JsonNode json = restored.json();
    assertThat(json.get("snapshot").asText()).isEqualTo(first);
    assertThat(json.get("sizeBytes").asLong()).isEqualTo(content.length);

    Outcome exists = tidemark.run("snapshot", "restore", second, "--to", target.toString());
    assertThat(exists.status()).isEqualTo(3);
    Outcome inPlace =
        tidemark.run(
            "snapshot", "restore", second, "--to", target.toString(), "--in-place", "--json");
    assertThat(inPlace.status()).as(inPlace.err()).isZero();
    assertThat(inPlace.json().get("writtenBytes").asLong())
        .isPositive()
        .isLessThan(2 * CHUNK_BYTES);
    assertThat(Files.readAllBytes(target)).isEqualTo(content);
    assertThat(tidemark.run("volume", "show", "web", "--json").json().get("holds")).isEmpty();
  }

  @Test
  void namesTheSnapshotWhoseAnswerIsLost() {
    for (List<String> more : List.of(List.of("--json"), List.<String>of())) {
      List<String> line = new ArrayList<>(List.of("snapshot", "create", "web"));
      line.addAll(more);
      Outcome lost = tidemark.runWithoutOutput(line.toArray(String[]::new));
      assertThat(lost.status()).isEqualTo(1);
      JsonNode newest = tidemark.run("snapshot", "show", "web@latest", "--json").json();
      assertThat(lost.err()).contains("could not be written", newest.get("id").asText());
    }
  }

  @Test
  void showsWhatARestoreWouldDoAndChangesNothing() throws IOException {
    String first = create();
    long data = content.length - 10L * CHUNK_BYTES;
    Path target = folder.resolve("restored.img");
    String events = tidemark.run("volume", "show", "web", "--json").out();
    assertThat(tidemark.run("volume", "show", "web").out()).contains("snapshots  1 ready\n");

    Outcome planned =
        tidemark.run(
            "snapshot", "restore", first, "--to", target.toString(), "--dry-run", "--json");
    assertThat(planned.status()).as(planned.err()).isZero();
    JsonNode json = planned.json();
    assertThat(json.get("dryRun").asBoolean()).isTrue();
    assertThat(json.get("atMost").asBoolean()).isFalse();
    assertThat(json.get("sizeBytes").asLong()).isEqualTo(content.length);
    assertThat(json.get("writtenBytes").asLong()).isEqualTo(data);
    assertThat(json.get("fetchedBytes").asLong()).isGreaterThan(data).isLessThan(2 * data);
    assertThat(json.get("requests").asLong()).isEqualTo(1);
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.tidemark-*");
    assertThat(tidemark.run("snapshot", "restore", first, "--to", "-", "--dry-run").out())
        .contains("would write", "standard output");

    Files.write(target, new byte[] {1});
    Outcome exists =
        tidemark.run("snapshot", "restore", first, "--to", target.toString(), "--dry-run");
    assertThat(exists.status()).isEqualTo(3);
    Outcome inPlace =
        tidemark.run(
            "snapshot", "restore", first, "--to", target.toString(), "--in-place", "--dry-run");
    assertThat(inPlace.status()).as(inPlace.err()).isZero();
    assertThat(inPlace.out()).contains("at most");
    JsonNode most =
        tidemark
            .run(
                "snapshot",
                "restore",
                first,
                "--to",
                target.toString(),
                "--in-place",
                "--dry-run",
                "--json")
            .json();
    assertThat(most.get("atMost").asBoolean()).isTrue();
    assertThat(target).hasBinaryContent(new byte[] {1});
    assertThat(tidemark.run("volume", "show", "web", "--json").out()).isEqualTo(events);
  }

  @Test
  void restoresOntoTheVolumeItself() throws IOException {
    byte[] before = content.clone();
    String first = create();
    change(3);
    Outcome restored =
        tidemark.run("snapshot", "restore", first, "--to", image.toString(), "--in-place");
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(Files.readAllBytes(image)).isEqualTo(before);
    assertThat(create()).startsWith("snap-");
  }

  @Test
  void verifiesAndDiffers() throws IOException {
    String first = create("--name", "one");
    change(3);
    change(4);
    change(30);
    String second = create("--name", "two");
    Outcome verified = tidemark.run("snapshot", "verify", first);
    assertThat(verified.status()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("sound").contains("31 chunks");
    JsonNode sampled =
        tidemark
            .run("snapshot", "verify", second, "--sample", "50", "--seed", "3", "--json")
            .json();
    assertThat(sampled.get("damage")).isEmpty();
    assertThat(sampled.get("checkedBytes").asLong()).isPositive();
    // All chunks are neighbours: they are read together or not at all.
    assertThat(sampled.get("askedPercent").asDouble()).isEqualTo(50);
    assertThat(sampled.get("checkedPercent").asDouble()).isEqualTo(100);
    assertThat(tidemark.run("snapshot", "verify", second, "--sample", "0.5", "--seed", "3").out())
        .contains("chunks read, 100 % of ", ", where 0.5 % were asked for (--seed 3)");

    assertThat(tidemark.run("snapshot", "diff", first, second, "--json").out())
        .isEqualTo(
            "[{\"offset\":%d,\"length\":%d},{\"offset\":%d,\"length\":%d}]\n"
                .formatted(3 * CHUNK_BYTES, 2 * CHUNK_BYTES, 30 * CHUNK_BYTES, CHUNK_BYTES));
    assertThat(tidemark.run("snapshot", "diff", "web@one", "web@one", "--json").out())
        .isEqualTo("[]\n");
  }

  @Test
  void countsWhatOnlyOneHasAsDifferent() throws IOException {
    String first = create();
    byte[] grown = java.util.Arrays.copyOf(content, content.length + 5 * CHUNK_BYTES);
    Files.write(image, grown);
    String second = create();
    long from = 40L * CHUNK_BYTES;
    assertThat(tidemark.run("snapshot", "diff", first, second, "--json").out())
        .isEqualTo("[{\"offset\":%d,\"length\":%d}]\n".formatted(from, grown.length - from));
    assertThat(tidemark.run("snapshot", "diff", second, first, "--json").out())
        .isEqualTo("[{\"offset\":%d,\"length\":%d}]\n".formatted(from, grown.length - from));
  }

  @Test
  void deletesUndeletesHoldsAndCollects() throws IOException {
    String first = create("--name", "one");
    change(3);
    String second = create("--name", "two");

    assertThat(tidemark.run("snapshot", "hold", first, "--reason", "audit").status()).isZero();
    Outcome held = tidemark.run("snapshot", "delete", second, first, "--now", "--json");
    assertThat(held.status()).isEqualTo(3);
    assertThat(held.json().at("/error/code").asText()).isEqualTo("HELD");
    assertThat(tidemark.run("snapshot", "list", "--json").json()).hasSize(2);
    assertThat(tidemark.run("snapshot", "release", first).status()).isZero();
    assertThat(tidemark.run("snapshot", "release", first).status()).isEqualTo(3);

    JsonNode tried = tidemark.run("snapshot", "delete", first, "--dry-run", "--json").json();
    assertThat(tried.get("dryRun").asBoolean()).isTrue();
    assertThat(tried.get("freedBytes").asLong()).isPositive();
    assertThat(tidemark.run("snapshot", "list", "--json").json()).hasSize(2);

    JsonNode trashed = tidemark.run("snapshot", "delete", first, "--json").json();
    assertThat(trashed.at("/snapshots/0/state").asText()).isEqualTo("TRASHED");
    assertThat(tidemark.run("snapshot", "list", "--json").json()).hasSize(1);
    JsonNode trash = tidemark.run("snapshot", "list", "--trash", "--json").json();
    assertThat(trash).hasSize(1);
    JsonNode shown = tidemark.run("snapshot", "show", first, "--json").json();
    assertThat(shown.get("trashEndsAt")).isEqualTo(trash.at("/0/trashEndsAt"));
    assertThat(Instant.parse(shown.get("trashEndsAt").asText()))
        .isAfter(Instant.parse(shown.get("requestedAt").asText()).plus(Duration.ofHours(23)));
    assertThat(tidemark.run("snapshot", "show", first).out()).contains("trash ends ");
    assertThat(
            tidemark.run("snapshot", "show", second, "--json").json().get("trashEndsAt").isNull())
        .isTrue();
    assertThat(tidemark.run("snapshot", "undelete", first).out()).isEqualTo(first + "\n");

    JsonNode nothing = tidemark.run("collect", "--json").json();
    assertThat(nothing.get("deletedObjects").asInt()).isZero();
    assertThat(nothing.get("freedBytes").asLong()).isZero();
    assertThat(nothing.get("keptBytes").asLong()).isPositive();

    assertThat(tidemark.run("snapshot", "delete", "--now", first, "web@two").status()).isZero();
    JsonNode planned = tidemark.run("collect", "web", "--dry-run", "--json").json();
    assertThat(planned.get("freedBytes").asLong()).isPositive();
    JsonNode done = tidemark.run("collect", "web", "--json").json();
    assertThat(done.get("freedBytes")).isEqualTo(planned.get("freedBytes"));
    assertThat(done.get("keptBytes").asLong()).isZero();
    // Planned and made per volume: the audit and one delete; the whole run reads before that.
    assertThat(planned.get("requests").asLong()).isEqualTo(2);
    assertThat(done.at("/volumes/0/requests").asLong()).isEqualTo(2);
    assertThat(done.get("requests").asLong()).isGreaterThan(5);
    assertThat(tidemark.run("collect", "web").out()).contains("in 0 packs, in 0 requests");
    assertThat(tidemark.run("volume", "remove", "web").status()).isZero();
    assertThat(tidemark.run("collect").status()).isZero();
    Outcome check = tidemark.run("repository", "check", "--json");
    assertThat(check.status()).as(check.out()).isZero();
  }

  @Test
  void describesAnew() {
    String id = create();
    assertThat(tidemark.run("snapshot", "rename", id, "x y").out()).isEqualTo(id + "\n");
    tidemark.run("snapshot", "tag", id, "a=1", "b=2");
    JsonNode tagged = tidemark.run("snapshot", "tag", id, "b=3", "--remove", "a", "--json").json();
    assertThat(tagged.get("tags").toString()).isEqualTo("{\"b\":\"3\"}");
    assertThat(tagged.get("name").asText()).isEqualTo("x y");
    assertThat(tidemark.run("snapshot", "show", "web@x y").out()).contains("name       x y");
    assertThat(tidemark.run("snapshot", "tag", id).status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "tag", id, "novalue").status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "rename", id, "a\nb").status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "rename", id, "x".repeat(300)).status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "rename", id, "latest").status()).isEqualTo(2);
  }

  @Test
  void tellsMalformedUnknownAndAmbiguousApart() {
    String one = create("--name", "same");
    String two = create("--name", "same");
    assertThat(tidemark.run("snapshot", "show", "snap-XYZ").status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "show", "@").status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "show", "snap-00000000000000000").status()).isEqualTo(3);
    Outcome ambiguous = tidemark.run("snapshot", "show", "web@same", "--json");
    assertThat(ambiguous.status()).isEqualTo(3);
    assertThat(ambiguous.json().at("/error/code").asText()).isEqualTo("AMBIGUOUS_SNAPSHOT");
    assertThat(ambiguous.json().at("/error/message").asText()).contains(one, two);
    assertThat(tidemark.run("snapshot", "show", one.substring(0, 12)).status()).isZero();
    assertThat(tidemark.run("snapshot", "show", one.substring(5, 14)).status()).isEqualTo(2);
    assertThat(tidemark.run("snapshot", "show", "web@latest").out()).contains(two);
    assertThat(tidemark.run("snapshot", "delete", one, "snap-00000000000000000").status())
        .isEqualTo(3);
    assertThat(tidemark.run("snapshot", "list", "--json").json()).hasSize(2);
  }

  @Test
  void refusesVolumesOfOtherHosts() {
    Outcome outcome = tidemark.atHost("host-b").run("snapshot", "create", "web", "--json");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("OTHER_HOST");
    assertThat(outcome.json().at("/error/message").asText()).contains("host-a", "host-b");
  }

  @Test
  void tellsWhoWatchesMore() throws IOException {
    tidemark.watched();
    Outcome outcome = tidemark.run("snapshot", "create", "web");
    assertThat(outcome.out()).matches("snap-[0-9a-f]{17}\n");
    assertThat(outcome.err()).contains("Making snap-").contains("It is READY.");
  }
}
