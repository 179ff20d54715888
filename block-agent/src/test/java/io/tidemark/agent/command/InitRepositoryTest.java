package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitRepositoryTest {
  private static final String OUTER = "s3://bucket/outer";

  @TempDir Path folder;

  private final MemoryObjectStore store = new MemoryObjectStore(() -> CommandLines.NOW);
  private final MemoryObjectStore outer = new MemoryObjectStore(() -> CommandLines.NOW);

  private Outcome init(String address) {
    return new CommandLines(store, folder)
        .withStoreAt(OUTER, outer)
        .with("TIDEMARK_REPOSITORY", address)
        .run("repository", "init", "--json");
  }

  @Test
  void refusesAPrefixInsideOfAnotherRepository() {
    assertThat(init(OUTER).status()).isZero();
    int objects = store.list("", "", 1000).entries().size();
    for (String inside : new String[] {OUTER + "/inner", OUTER + "/far/inside"}) {
      Outcome refused = init(inside);
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.json().at("/error/code").asText()).isEqualTo("REPOSITORY_EXISTS");
      assertThat(refused.json().at("/error/message").asText())
          .contains("There is a repository in " + OUTER + ", and " + inside + " lies inside of it");
    }
    assertThat(store.list("", "", 1000).entries()).hasSize(objects);
    assertThat(store.list("tidemark.json", "", 1).entries()).isEmpty();
  }

  @Test
  void takesAPrefixBesideOne() {
    assertThat(init(OUTER).status()).isZero();
    Outcome beside = init(OUTER + "side");
    assertThat(beside.status()).as(beside.err()).isZero();
    assertThat(beside.json().get("location").asText()).isNotEmpty();
  }
}
