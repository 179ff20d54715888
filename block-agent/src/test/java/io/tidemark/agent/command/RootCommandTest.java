package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootCommandTest {
  @TempDir Path folder;
  private CommandLines tidemark;

  @BeforeEach
  void makeEmptyStore() {
    tidemark = new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder);
  }

  @Test
  void helpsEverywhere() {
    for (String[] line :
        new String[][] {
          {"--help"},
          {"repository", "--help"},
          {"repository", "init", "--help"},
          {"volume", "add", "-h"},
          {"snapshot", "delete", "--help"},
        }) {
      Outcome outcome = tidemark.run(line);
      assertThat(outcome.status()).as(String.join(" ", line)).isZero();
      assertThat(outcome.out()).contains("Usage: tidemark", "--endpoint-url");
      assertThat(outcome.err()).isEmpty();
    }
    assertThat(tidemark.run("--help").out()).contains("Environment:", "Exit status:");
    assertThat(tidemark.run("snapshot", "tag", "--help").out())
        .contains("Examples:")
        .doesNotContain("Environment:");
    assertThat(tidemark.run("snapshot", "--help", "--json").json().get("help").asText())
        .contains("undelete");
  }

  @Test
  void tellsItsVersion() {
    assertThat(tidemark.run("--version").out()).startsWith("tidemark ");
    assertThat(tidemark.run("--version", "--json").json().has("version")).isTrue();
  }

  @Test
  void wantsAVerb() {
    assertThat(tidemark.run().status()).isEqualTo(2);
    Outcome outcome = tidemark.run("snapshot", "--json");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("USAGE");
  }

  @Test
  void takesSharedOptionsBeforeAndAfterTheVerb() {
    tidemark.with("TIDEMARK_REPOSITORY", "");
    assertThat(tidemark.run("volume", "list").status()).isEqualTo(2);
    tidemark.run("repository", "init", "--repository", "s3://bucket/a");
    assertThat(tidemark.run("--repository", "s3://bucket/a", "volume", "list").status()).isZero();
    assertThat(tidemark.run("volume", "--repository=s3://bucket/a", "list").status()).isZero();
    assertThat(
            tidemark
                .run(
                    "--json",
                    "volume",
                    "list",
                    "--repository",
                    "s3://bucket/a",
                    "--endpoint-url",
                    "http://127.0.0.1:1",
                    "--json")
                .status())
        .isZero();
  }

  @Test
  void saysHowToGoOnWithoutARepository() {
    Outcome outcome = tidemark.run("snapshot", "list");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("tidemark repository init");
  }

  @Test
  void printsNoStackTraceUnlessAsked() {
    CommandLines broken =
        tidemark.withStore(
            new io.tidemark.repository.store.decorated.ForwardingObjectStore(
                new MemoryObjectStore(() -> CommandLines.NOW)) {
              @Override
              public byte[] get(String key) {
                throw new IllegalStateException("what nobody foresaw");
              }
            });
    Outcome quiet = broken.run("volume", "list");
    assertThat(quiet.status()).isEqualTo(1);
    assertThat(quiet.err()).contains("TIDEMARK_DEBUG=1").doesNotContain("\tat ");
    assertThat(broken.with("TIDEMARK_DEBUG", "1").run("volume", "list").err()).contains("\tat ");
  }
}
