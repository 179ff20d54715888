package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.system.Machine;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a line that cannot be done: which word of it is wrong, and what to do.
class MisuseTest {
  @TempDir Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore(() -> CommandLines.NOW);
  private CommandLines tidemark;
  private Path image;

  @BeforeEach
  void makeVolume() throws IOException {
    tidemark = new CommandLines(store, folder.resolve("state"));
    image = Files.write(folder.resolve("web.img"), new byte[] {1, 2, 3});
    assertThat(tidemark.run("repository", "init").status()).isZero();
    assertThat(tidemark.run("volume", "add", "web", image.toString()).status()).isZero();
  }

  private String create(String name) {
    Outcome made = tidemark.run("snapshot", "create", "web", "--name", name);
    assertThat(made.status()).as(made.err()).isZero();
    return made.out().strip();
  }

  @Test
  void namesEveryMalformedOneOfSeveral() {
    String good = create("good");
    Outcome deleted =
        tidemark.run("snapshot", "delete", good, "zzz", "snap-XYZ", "--now", "--json");
    assertThat(deleted.status()).isEqualTo(2);
    assertThat(deleted.json().at("/error/code").asText()).isEqualTo("USAGE");
    assertThat(deleted.json().at("/error/message").asText())
        .contains("Not a snapshot: 'zzz'", "Not a snapshot: 'snap-XYZ'", "Nothing was changed")
        .doesNotContain(good);
    assertThat(tidemark.run("snapshot", "undelete", good, "zzz").err())
        .contains("Not a snapshot: 'zzz'");
    Outcome tagged = tidemark.run("snapshot", "tag", good, "a=1", "novalue");
    assertThat(tagged.status()).isEqualTo(2);
    assertThat(tagged.err()).contains("Not a tag: 'novalue'");
    assertThat(tidemark.run("snapshot", "show", good, "--json").json().get("tags")).isEmpty();
  }

  @Test
  void listsTheIdsThatAnAmbiguousNameFits() {
    String one = create("same");
    String two = create("same");
    Outcome shown = tidemark.run("snapshot", "show", "web@same", "--json");
    assertThat(shown.status()).isEqualTo(3);
    assertThat(shown.json().at("/error/ids"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(one, two);
    assertThat(tidemark.run("snapshot", "delete", "snap-", "--json").json().at("/error/ids"))
        .hasSize(2);
    assertThat(tidemark.run("snapshot", "show", "web@same").err()).contains(one, two);
  }

  @Test
  void refusesANewerFormatWithNothingChanged() {
    byte[] newer =
        new String(store.get("tidemark.json"), StandardCharsets.UTF_8)
            .replace("\"format\":1", "\"format\":2")
            .getBytes(StandardCharsets.UTF_8);
    store.delete(List.of("tidemark.json"));
    store.createIfAbsent("tidemark.json", ByteBuffer.wrap(newer));
    for (String[] line :
        new String[][] {{"snapshot", "list"}, {"snapshot", "create", "web"}, {"collect"}}) {
      Outcome outcome = tidemark.run(line);
      assertThat(outcome.status()).as(line[0]).isEqualTo(3);
      assertThat(outcome.err()).contains("tidemark.json", "newer Tidemark");
    }
  }

  @Test
  void saysOfAPathThatItsBytesAreNoText() {
    String id = create("good");
    // What the runtime makes of bytes that are no UTF-8: not the name that was meant.
    String path = folder.resolve("\uFFFD\uFFFD.img").toString();
    for (String[] line :
        new String[][] {
          {"volume", "add", "other", path}, {"snapshot", "restore", id, "--to", path}
        }) {
      Outcome outcome = tidemark.run(line);
      assertThat(outcome.status()).isEqualTo(2);
      assertThat(outcome.err())
          .contains("bytes that are no text in this locale", "LC_ALL=C.UTF-8")
          .doesNotContain("java.nio");
    }
    assertThat(Path.of(path)).doesNotExist();
  }

  @Test
  void addsNeitherPipesNorCharacterDevices() {
    Path pipe = folder.resolve("pipe");
    Machine.run("mkfifo", pipe.toString());
    for (Path path : new Path[] {pipe, Path.of("/dev/zero")}) {
      Outcome outcome = tidemark.run("volume", "add", "other", path.toString(), "--json");
      assertThat(outcome.status()).isEqualTo(3);
      assertThat(outcome.json().at("/error/code").asText()).isEqualTo("SOURCE_NOT_A_VOLUME");
      assertThat(outcome.json().at("/error/message").asText())
          .contains("Give the path of an image file or a block device");
    }
    assertThat(tidemark.run("volume", "list", "--json").json()).hasSize(1);
  }
}
