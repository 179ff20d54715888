package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeVerbTest {
  @TempDir Path folder;

  /// Accepts `If-None-Match: *` and overwrites all the same.
  private static final class Overwriting extends ForwardingObjectStore {
    Overwriting() {
      super(new MemoryObjectStore(() -> CommandLines.NOW));
    }

    @Override
    public synchronized PutOutcome createIfAbsent(String key, ByteBuffer body) {
      delete(List.of(key));
      return super.createIfAbsent(key, body);
    }
  }

  private CommandLines unprobed(ForwardingObjectStore store) {
    CommandLines tidemark = new CommandLines(store, folder);
    store.delete(
        store.list("probes/", "", 10).entries().stream().map(entry -> entry.key()).toList());
    return tidemark;
  }

  @Test
  void refusesAStoreThatOverwrites() {
    CommandLines tidemark = unprobed(new Overwriting());
    Outcome outcome = tidemark.run("repository", "init", "--json");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("STORE_UNFIT");
    assertThat(outcome.json().at("/error/message").asText()).contains("If-None-Match: *");
    Outcome probed = tidemark.run("repository", "probe", "--json");
    assertThat(probed.status()).isEqualTo(1);
    assertThat(probed.json().get("usable").asBoolean()).isFalse();
    assertThat(tidemark.run("repository", "info").status()).isEqualTo(3);
  }

  @Test
  void probesAtFirstUseAndTellsWhatItFound() {
    CommandLines tidemark = unprobed(new BentStore(new MemoryObjectStore(() -> CommandLines.NOW)));
    assertThat(tidemark.run("repository", "init").status()).isZero();
    Outcome probed = tidemark.run("repository", "probe", "--json");
    assertThat(probed.status()).as(probed.err()).isZero();
    assertThat(probed.json().get("usable").asBoolean()).isTrue();
    assertThat(probed.json().get("findings")).isNotEmpty();
    assertThat(tidemark.run("repository", "probe").out()).contains("is fit for a repository");
  }

  @Test
  void leavesProbingToThoseWhoMayDelete() {
    BentStore store =
        new BentStore(new MemoryObjectStore(() -> CommandLines.NOW)) {
          @Override
          public List<io.tidemark.repository.store.DeleteOutcome> delete(List<String> keys) {
            throw new StoreException.Denied("probes/", "These may not delete.", null);
          }
        };
    store.denyCreates(key -> key.startsWith("probes/"));
    CommandLines tidemark = new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder);
    Outcome outcome = tidemark.withStore(store).run("repository", "init");
    assertThat(outcome.err()).contains("tidemark repository probe");
    assertThat(outcome.status()).isEqualTo(3);
  }
}
