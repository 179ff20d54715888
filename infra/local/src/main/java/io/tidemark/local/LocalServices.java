package io.tidemark.local;

import io.micronaut.http.server.exceptions.ServerStartupException;
import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.repository.Refused;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/// Functions and agent beside a local server, all in this process.
final class LocalServices implements AutoCloseable {
  private static final String ACTOR = "local";

  private final String token;
  private final S3ObjectStore store;
  private final FunctionsServer functions;
  private final LocalAgent agent;

  private LocalServices(
      String token, S3ObjectStore store, FunctionsServer functions, LocalAgent agent) {
    this.token = token;
    this.store = store;
    this.functions = functions;
    this.agent = agent;
  }

  /// @param process whose other variables count for the agent too
  /// @param port of the functions, 0 for any free one
  /// @throws Refused when the port cannot be had
  static LocalServices start(LocalServer server, CommandEnvironment process, int port)
      throws IOException {
    Map<String, String> variables = new HashMap<>(process.variables());
    variables.putAll(server.environment());
    String token = server.token();
    S3ObjectStore store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(server.repository()), server.environment()));
    try {
      FunctionsServer functions =
          FunctionsServer.start(
              FunctionsServer.Settings.local(
                  port, token, ACTOR, process.clock(), process.random().get()),
              store);
      LocalAgent agent =
          LocalAgent.start(process.withVariables(variables), store, server.agentConfiguration());
      return new LocalServices(token, store, functions, agent);
    } catch (ServerStartupException e) {
      store.close();
      Refused refused =
          new Refused(
              Refused.Reason.IN_USE,
              "The functions cannot listen on port "
                  + port
                  + ": "
                  + e.getMessage()
                  + ". End what listens there, or choose another: --functions-port N, 0 for any.");
      refused.addSuppressed(e);
      throw refused;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /// Where the functions answer.
  URI uri() {
    return functions.uri();
  }

  /// Lets its bearer do everything.
  String token() {
    return token;
  }

  @Override
  public void close() {
    try (store;
        functions) {
      agent.close();
    }
  }
}
