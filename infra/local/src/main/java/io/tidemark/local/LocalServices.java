package io.tidemark.local;

import io.micronaut.http.server.exceptions.ServerStartupException;
import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.UsageException;
import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.KeyHolder;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.SigningKey;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.functions.wiring.ServiceSettings;
import io.tidemark.repository.Refused;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.store.s3.S3ObjectStore;
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
    Caller caller = new Caller(ACTOR, Role.ADMINISTRATOR);
    Tokens tokens =
        Tokens.single(token, caller)
            .and(
                Tokens.single(
                    new KeyHolder(
                        server.signingId(), SigningKey.parse(server.signingKey()), caller)));
    TrashWindow trash = trashWindow(process.variables());
    // As patient as functions are elsewhere.
    S3ObjectStore store = RunFunction.open(new ServiceSettings(server.environment()));
    try {
      FunctionsServer functions =
          FunctionsServer.start(
              FunctionsServer.Settings.local(
                      port, tokens, ACTOR, process.clock(), process.random().get())
                  .with(trash),
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

  private static TrashWindow trashWindow(Map<String, String> variables) {
    try {
      return TrashWindow.of(variables);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
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
