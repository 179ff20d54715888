package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentVerbsTest {
  @TempDir Path folder;
  private CommandLines tidemark;

  @BeforeEach
  void makeStore() {
    tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"));
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("agent.yaml"), text).toString();
  }

  @Test
  void saysWhatAConfigurationComesTo() throws Exception {
    String file =
        file(
            """
            repository: s3://other/prefix
            host: storage-1
            volumes:
              - {name: db1, path: /srv/db1.raw}
            pools: {fast: /srv}
            """);
    Outcome outcome = tidemark.run("agent", "check-config", "--config", file, "--json");
    assertThat(outcome.status()).as(outcome.out()).isZero();
    // What the environment says comes first.
    assertThat(outcome.json().get("repository").asText()).isEqualTo("s3://bucket/prefix");
    assertThat(outcome.json().get("host").asText()).isEqualTo("storage-1");
    assertThat(outcome.json().get("volumes").get(0).get("source").asText())
        .isEqualTo("/srv/db1.raw");
    assertThat(tidemark.run("agent", "check-config", "--config", file).out())
        .contains("storage-1", "db1", "2 at once, 192.0 MiB", "1s to 30s");
  }

  @Test
  void saysWhichPoolsHaveNoFolder() throws Exception {
    String file =
        file("pools: {fast: %s, slow: %s}\n".formatted(folder, folder.resolve("nothing")));
    Outcome outcome = tidemark.run("agent", "check-config", "--config", file, "--json");
    assertThat(outcome.json().get("pools")).hasSize(2);
    assertThat(outcome.json().get("poolsWithoutFolder"))
        .singleElement()
        .satisfies(pool -> assertThat(pool.asText()).isEqualTo("slow"));
    assertThat(tidemark.run("agent", "check-config", "--config", file).out().lines())
        .filteredOn(line -> line.contains("no such folder"))
        .singleElement()
        .asString()
        .contains("slow", "nothing");
  }

  @Test
  void refusesAFaultyConfigurationWithEveryLine() throws Exception {
    String file = file("hosst: a\nlimits:\n  at-once: 0\n");
    for (String verb : new String[] {"check-config", "run"}) {
      Outcome outcome = tidemark.run("agent", verb, "--config", file, "--json");
      assertThat(outcome.status()).isEqualTo(2);
      assertThat(outcome.json().at("/error/code").asText()).isEqualTo("USAGE");
      assertThat(outcome.json().at("/error/message").asText())
          .contains("agent.yaml:1:", "is 'host' meant?", "agent.yaml:3:", "from 1 to 64");
    }
  }
}
