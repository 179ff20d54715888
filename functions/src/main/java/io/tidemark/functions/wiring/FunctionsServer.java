package io.tidemark.functions.wiring;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tidemark.repository.store.ObjectStore;
import java.net.URI;
import java.util.Map;

/// All functions over HTTP in this process, on the loopback address, until closed.
public final class FunctionsServer implements AutoCloseable {
  private final ApplicationContext context;
  private final URI uri;

  private FunctionsServer(ApplicationContext context, URI uri) {
    this.context = context;
    this.uri = uri;
  }

  /// Starts serving the repository in `store`, which stays the caller's to close.
  ///
  /// @param port 0 for any free one
  /// @throws io.micronaut.http.server.exceptions.ServerStartupException when the port is taken
  public static FunctionsServer start(int port, ObjectStore store) {
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
                    "micronaut.server.port", port == 0 ? -1 : port,
                    // Functions wait for the store, which an event loop must not.
                    "micronaut.server.thread-selection", "BLOCKING"))
            .build();
    try {
      context.registerSingleton(ObjectStore.class, store, null, false);
      context.start();
      return new FunctionsServer(context, context.getBean(EmbeddedServer.class).start().getURI());
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
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
