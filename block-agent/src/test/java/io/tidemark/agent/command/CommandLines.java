package io.tidemark.agent.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.agent.command.CommandEnvironment.Terminal;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.ThisHost.SourceOpener;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.probe.Probe;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs command lines of one made-up host in this process.
final class CommandLines {
  static final Instant NOW = Instant.parse("2026-11-21T10:15:30.250Z");

  /// Four attempts without a wait between them.
  private static final Backoff FEW_ATTEMPTS =
      () -> {
        AtomicInteger attempts = new AtomicInteger();
        return () -> attempts.incrementAndGet() < 4;
      };

  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> variables = new HashMap<>();
  private final Random random = new Random(20261121);
  private final Map<String, ObjectStore> elsewhere = new HashMap<>();
  private ObjectStore store;
  private Pulse pulse = (_, _) -> () -> {};
  private Terminal terminal = Terminal.NONE;
  private SourceOpener sources = new Sources(() -> NOW)::open;
  private String host = "host-a";

  // Only read, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Probed(String key, byte[] bytes) {
    static Probed probe() {
      MemoryObjectStore store = new MemoryObjectStore(() -> NOW);
      new Probe(store, BucketFacts.UNKNOWN, FEW_ATTEMPTS, new Random(1)).run(_ -> {});
      String key = store.list(ObjectKeys.PROBES, "", 1).entries().getFirst().key();
      return new Probed(key, store.get(key));
    }
  }

  /// A verdict on the store in memory, made once: a probe takes its time. In a class of its own,
  /// for the probe's threads wait for the class whose code they run to be initialised.
  private static final class Once {
    private static final Probed VERDICT = Probed.probe();

    private Once() {}
  }

  /// What one command line came to.
  record Outcome(int status, String out, String err) {
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(out, e);
      }
    }
  }

  /// @param store is taken to be probed, unless it says otherwise
  CommandLines(ObjectStore store, Path state) {
    this.store = store;
    if (store.list(Once.VERDICT.key(), "", 1).entries().isEmpty()) {
      store.createIfAbsent(Once.VERDICT.key(), ByteBuffer.wrap(Once.VERDICT.bytes()));
    }
    variables.put("TIDEMARK_REPOSITORY", "s3://bucket/prefix");
    variables.put("TIDEMARK_STATE", state.toString());
  }

  CommandLines with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  CommandLines watched() {
    terminal = Terminal.WATCHED;
    return this;
  }

  CommandLines withStore(ObjectStore other) {
    store = other;
    return this;
  }

  /// At that address alone; all others are of the one store.
  CommandLines withStoreAt(String address, ObjectStore other) {
    elsewhere.put(address, other);
    return this;
  }

  CommandLines withPulse(Pulse other) {
    pulse = other;
    return this;
  }

  CommandLines withSources(SourceOpener other) {
    sources = other;
    return this;
  }

  CommandLines atHost(String other) {
    host = other;
    return this;
  }

  Outcome run(String... arguments) {
    return run(new ByteArrayOutputStream(), arguments);
  }

  /// With a standard output that takes nothing.
  Outcome runWithoutOutput(String... arguments) {
    return run(
        new ByteArrayOutputStream() {
          @Override
          public void flush() throws IOException {
            throw new IOException("No space left on device");
          }
        },
        arguments);
  }

  private Outcome run(ByteArrayOutputStream out, String... arguments) {
    StringWriter err = new StringWriter();
    int status =
        Tidemark.run(
            new CommandEnvironment(
                variables,
                new PrintWriter(out, false, StandardCharsets.UTF_8),
                new PrintWriter(err),
                terminal,
                (address, _) -> new LeftOpen(elsewhere.getOrDefault(address, store)),
                () -> NOW,
                () -> random,
                _ -> FEW_ATTEMPTS,
                pulse,
                sources,
                Limits.sequential(),
                host,
                "ada",
                Path.of("/nonexistent")),
            arguments);
    return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString());
  }

  /// The store outlives each command line.
  private static final class LeftOpen extends ForwardingObjectStore {
    LeftOpen(ObjectStore inner) {
      super(inner);
    }

    @Override
    public void close() {}
  }
}
