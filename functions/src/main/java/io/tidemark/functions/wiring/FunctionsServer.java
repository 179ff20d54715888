package io.tidemark.functions.wiring;

import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.SessionKey;
import io.tidemark.functions.access.Sessions;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsSettings;
import io.tidemark.functions.console.Console;
import io.tidemark.functions.face.Dispatcher;
import io.tidemark.functions.face.MalformedRequests;
import io.tidemark.functions.face.Site;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.store.ObjectStore;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All functions over HTTP in this process, until closed.
public final class FunctionsServer implements AutoCloseable {

  /// Of one caller; more than a person or a console makes, and less than wears a store down.
  private static final int REQUESTS_A_SECOND = 500;

  private static final int BURST = 1_000;
  private static final int LONGEST_LINE = 1 << 16;

  private final FunctionsContext context;
  private final URI uri;

  private FunctionsServer(FunctionsContext context, URI uri) {
    this.context = context;
    this.uri = uri;
  }

  /// What a server is started with.
  ///
  /// @param host the address to listen on
  /// @param port 0 for any free one
  /// @param tokens that are let in; every call but health's has to show one
  /// @param actor named in the journal for what the functions do by themselves
  /// @param rate of requests that each caller may make
  /// @param cbs of the CBS API
  /// @param clock informs people, and tells when a signature is too old
  /// @param random for ids and nonces
  /// @param trash how long collections leave what is deleted in the trash
  /// @param sessions the key of the console's sessions
  public record Settings(
      String host,
      int port,
      Tokens tokens,
      String actor,
      RateLimit rate,
      CbsSettings cbs,
      InstantSource clock,
      RandomGenerator random,
      TrashWindow trash,
      SessionKey sessions) {
    /// With the usual CBS API, and a key for sessions that is drawn here, so that they end with the
    /// server.
    public Settings(
        String host,
        int port,
        Tokens tokens,
        String actor,
        RateLimit rate,
        InstantSource clock,
        RandomGenerator random,
        TrashWindow trash) {
      this(
          host,
          port,
          tokens,
          actor,
          rate,
          CbsSettings.USUAL,
          clock,
          random,
          trash,
          SessionKey.draw(random));
    }

    /// From where nobody but this machine is heard.
    public static final String LOOPBACK = "127.0.0.1";

    /// With the usual time in the trash.
    public Settings(
        String host,
        int port,
        Tokens tokens,
        String actor,
        RateLimit rate,
        InstantSource clock,
        RandomGenerator random) {
      this(host, port, tokens, actor, rate, clock, random, TrashWindow.USUAL);
    }

    /// The same with another time in the trash.
    public Settings with(TrashWindow other) {
      return new Settings(host, port, tokens, actor, rate, cbs, clock, random, other, sessions);
    }

    /// For the loopback address, with one caller who may do everything.
    public static Settings local(
        int port, String token, String actor, InstantSource clock, RandomGenerator random) {
      Caller caller = new Caller(actor, Role.ADMINISTRATOR);
      return local(port, Tokens.single(token, caller), actor, clock, random);
    }

    /// For the loopback address.
    public static Settings local(
        int port, Tokens tokens, String actor, InstantSource clock, RandomGenerator random) {
      return new Settings(
          LOOPBACK,
          port,
          tokens,
          actor,
          new RateLimit(REQUESTS_A_SECOND, BURST, System::nanoTime),
          clock,
          random);
    }
  }

  /// Starts serving the repository in `store`, which stays the caller's to close; it need not be
  /// there yet.
  ///
  /// @throws io.micronaut.http.server.exceptions.ServerStartupException when the port is taken
  public static FunctionsServer start(Settings settings, ObjectStore store) {
    FunctionsContext context =
        FunctionsContext.start(
            new FunctionsContext.Parts(
                settings.tokens(),
                settings.rate(),
                settings.actor(),
                settings.cbs(),
                settings.clock(),
                settings.random(),
                settings.trash()),
            store,
            Map.of(
                "micronaut.server.host",
                settings.host(),
                "micronaut.server.port",
                settings.port() == 0 ? -1 : settings.port(),
                "micronaut.server.max-request-size",
                Dispatcher.LARGEST_BODY_BYTES,
                // So that it is the dispatcher who says what is wrong with a long address.
                "micronaut.server.netty.max-initial-line-length",
                LONGEST_LINE,
                // A small body that grows large is none that was asked for.
                "micronaut.server.netty.request-decompression-enabled",
                false));
    try {
      context
          .beans()
          .registerSingleton(
              Site.class,
              Console.of(
                  context.dispatcher(),
                  settings.tokens(),
                  new Sessions(settings.sessions(), settings.clock(), settings.random()),
                  context.beans().getBean(OpenRepository.class),
                  settings.trash(),
                  settings.clock()),
              null,
              false);
      NettyEmbeddedServer server = context.beans().getBean(NettyEmbeddedServer.class);
      MalformedRequests.markIn(server);
      return new FunctionsServer(context, server.start().getURI());
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
