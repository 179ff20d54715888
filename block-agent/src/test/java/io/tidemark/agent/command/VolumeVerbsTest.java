package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeVerbsTest {
  @TempDir Path folder;
  private CommandLines tidemark;
  private Path image;

  @BeforeEach
  void makeRepository() throws IOException {
    tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"));
    image = Files.writeString(folder.resolve("web.img"), "a volume");
    assertThat(tidemark.run("repository", "init").status()).isZero();
  }

  @Test
  void addsListsShowsAndRemoves() throws IOException {
    Outcome added = tidemark.run("volume", "add", "web", image.toString());
    assertThat(added.status()).isZero();
    assertThat(added.out()).matches("vol-[0-9a-f]{17}\n");
    assertThat(added.err()).isEmpty();

    Outcome listed = tidemark.run("volume", "list");
    assertThat(listed.out())
        .isEqualTo(
            """
            NAME  ID                     HOST    SOURCE
            web   %s  host-a  %s
            """
                .formatted(added.out().strip(), image));
    JsonNode shown = tidemark.run("volume", "show", "web", "--json").json();
    JsonNode outlook = ((ObjectNode) shown).remove("outlook");
    assertThat(outlook.fieldNames())
        .toIterable()
        .containsExactly("instant", "changes", "reads", "heldBytes", "better");
    // By a lease; or by a clone, where the test's folder lies on such a file system.
    assertThat(outlook.get("instant").asText()).containsAnyOf("proved by a lease", "a clone");
    assertThat(shown.toString())
        .isEqualTo(
            """
            {"id":"%s","name":"web","host":"host-a","source":"%s","chunkBytes":32768,\
            "sizeBytes":%d,"quiesce":[],"snapshots":{},"holds":[]}\
            """
                .formatted(added.out().strip(), image, Files.size(image)));

    assertThat(tidemark.run("volume", "remove", "web").status()).isZero();
    assertThat(tidemark.run("volume", "list", "--json").out()).isEqualTo("[]\n");
    assertThat(tidemark.run("volume", "list").out()).isEmpty();
  }

  @Test
  void givesOneDocumentForAddedVolumes() {
    Outcome added =
        tidemark.run("--json", "volume", "add", "db", image.toString(), "--chunk-size", "64KiB");
    assertThat(added.out())
        .matches(
            "\\{\"id\":\"vol-[0-9a-f]{17}\",\"name\":\"db\",\"host\":\"host-a\","
                + "\"source\":\"[^\"]*web.img\",\"chunkBytes\":65536,\"outlook\":\\{.*}}\n");
  }

  @Test
  void refusesATakenName() {
    tidemark.run("volume", "add", "web", image.toString());
    Outcome again = tidemark.run("volume", "add", "web", image.toString(), "--json");
    assertThat(again.status()).isEqualTo(3);
    assertThat(again.json().at("/error/code").asText()).isEqualTo("VOLUME_EXISTS");
    assertThat(again.json().at("/error/message").asText()).contains("Choose another name");
    assertThat(again.err()).isEmpty();
  }

  @Test
  void refusesWhatIsNoVolume() {
    Outcome missing = tidemark.run("volume", "add", "web", folder.resolve("none").toString());
    assertThat(missing.status()).isEqualTo(3);
    assertThat(missing.err()).contains("there is nothing at that path");
    Outcome directory = tidemark.run("volume", "add", "web", folder.toString());
    assertThat(directory.status()).isEqualTo(3);
    assertThat(tidemark.run("volume", "list", "--json").json()).isEmpty();
  }

  @Test
  void showsTheSizeOfAVolumeThatHasNoSnapshotYet() throws IOException {
    tidemark.run("volume", "add", "web", image.toString());
    Files.write(image, new byte[5 << 20]);
    assertThat(tidemark.run("volume", "show", "web").out())
        .containsPattern("size {7}5(\\.0+)? MiB");
    assertThat(
            tidemark
                .atHost("host-b")
                .run("volume", "show", "web", "--json")
                .json()
                .get("sizeBytes"))
        .isEqualTo(NullNode.getInstance());
    Files.delete(image);
    assertThat(
            tidemark
                .atHost("host-a")
                .run("volume", "show", "web", "--json")
                .json()
                .get("sizeBytes"))
        .isEqualTo(NullNode.getInstance());
  }

  @Test
  void callsMalformedInputWrongUsage() {
    for (String name : new String[] {"a/b", "a\tb", "", "x".repeat(300), "-x", "a@b"}) {
      Outcome outcome = tidemark.run("volume", "add", "--json", "--", name, image.toString());
      assertThat(outcome.status()).as(name).isEqualTo(2);
      assertThat(outcome.json().at("/error/code").asText()).isEqualTo("USAGE");
    }
    for (String size : new String[] {"33KiB", "2KiB", "8MiB", "x", "-1", "9999999999999999999"}) {
      Outcome outcome =
          tidemark.run("volume", "add", "web", image.toString(), "--chunk-size", size);
      assertThat(outcome.status()).as(size).isEqualTo(2);
      assertThat(outcome.err()).contains("--chunk-size: No");
    }
    assertThat(tidemark.run("volume", "add", "web").status()).isEqualTo(2);
    assertThat(tidemark.run("volume", "list", "--nonsense").status()).isEqualTo(2);
    assertThat(tidemark.run("volume").status()).isEqualTo(2);
  }

  @Test
  void refusesAnUnknownVolume() {
    Outcome outcome = tidemark.run("volume", "show", "none", "--json");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("UNKNOWN_VOLUME");
  }
}
