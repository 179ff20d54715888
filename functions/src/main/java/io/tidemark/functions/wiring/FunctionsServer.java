package io.tidemark.functions.wiring;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tidemark.functions.access.BearerToken;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.SettledCreate;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All functions over HTTP in this process, on the loopback address, until closed.
public final class FunctionsServer implements AutoCloseable {
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /// Shorter than the command's: who waits for an answer over HTTP gives up sooner.
  private static final Duration SETTLE_WITHIN = Duration.ofSeconds(20);

  private final ApplicationContext context;
  private final URI uri;

  private FunctionsServer(ApplicationContext context, URI uri) {
    this.context = context;
    this.uri = uri;
  }

  /// What a server is started with.
  ///
  /// @param port 0 for any free one
  /// @param token that every call but health's has to show
  /// @param actor named in the journal for what is done through the functions
  /// @param clock informs people only
  /// @param random for ids
  public record Settings(
      int port, BearerToken token, String actor, InstantSource clock, RandomGenerator random) {}

  /// Starts serving the repository in `store`, which stays the caller's to close; it need not be
  /// there yet.
  ///
  /// @throws io.micronaut.http.server.exceptions.ServerStartupException when the port is taken
  public static FunctionsServer start(Settings settings, ObjectStore store) {
    ApplicationContext context =
        ApplicationContext.builder()
            .banner(false)
            // Nothing here depends on the surroundings, and looking at them costs start-up time.
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .properties(
                Map.of(
                    "micronaut.application.name", "tidemark-functions",
                    "micronaut.server.host", "127.0.0.1",
                    "micronaut.server.port", settings.port() == 0 ? -1 : settings.port(),
                    "micronaut.server.max-request-size", "64KB",
                    // Functions wait for the store, which an event loop must not.
                    "micronaut.server.thread-selection", "BLOCKING",
                    // Every answer of a kind has the same members.
                    "micronaut.serde.serialization.inclusion", "ALWAYS",
                    // A misspelt member must not delete more, or list more, than was meant.
                    "micronaut.serde.deserialization.ignore-unknown", false))
            .build();
    try {
      context.registerSingleton(BearerToken.class, settings.token(), null, false);
      context.registerSingleton(
          OpenRepository.class, new OpenRepository(store, writer(settings, store)), null, false);
      context.start();
      return new FunctionsServer(context, context.getBean(EmbeddedServer.class).start().getURI());
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private static Journal.Writer writer(Settings settings, ObjectStore store) {
    Backoff backoff =
        new JitteredBackoff(settings.random(), FIRST_WAIT, LONGEST_WAIT, SETTLE_WITHIN);
    return new Journal.Writer(
        settings.actor(),
        settings.clock(),
        settings.random(),
        new SettledCreate(store, backoff),
        backoff);
  }

  /// Where it answers: `http://127.0.0.1:PORT`.
  public URI uri() {
    return uri;
  }

  @Override
  public void close() {
    context.close();
  }
}
