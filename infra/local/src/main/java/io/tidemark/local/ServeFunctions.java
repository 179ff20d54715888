package io.tidemark.local;

import io.micronaut.http.server.exceptions.ServerStartupException;
import io.tidemark.agent.command.Answer;
import io.tidemark.agent.command.JsonWriter;
import io.tidemark.agent.command.UsageException;
import io.tidemark.agent.command.Verb;
import io.tidemark.agent.command.Workplace;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.functions.wiring.ServiceSettings;
import io.tidemark.repository.Refused;
import io.tidemark.repository.store.s3.S3ObjectStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

@Command(
    name = "serve",
    description = "Serve all functions over HTTP, until Ctrl-C.",
    footer = {
      "",
      "Environment:",
      "  TIDEMARK_TOKENS_FILE     who is let in: lines ROLE NAME TOKEN; ROLE is reader, agent,",
      "                           operator or administrator; TOKEN, or sha256: and its hash;",
      "                           or ROLE NAME SECRET_ID SECRET_KEY, for the CBS API",
      "  TIDEMARK_TOKENS          the same in a variable, where ';' ends a line too",
      "  TIDEMARK_LISTEN          HOST:PORT; 127.0.0.1:8080 when not given",
      "  TIDEMARK_RATE            requests a second of each caller; 500 when not given",
      "  TIDEMARK_TRASH_WINDOW    how long collect leaves what is deleted; 24h when not given",
      "  TIDEMARK_CBS_TIME_ZONE   of the CBS API's times and policies; Asia/Shanghai when not given",
      "  TIDEMARK_CBS_HOSTS       further hosts, by commas, under which its clients may sign",
      "",
      "Example:",
      "  export TIDEMARK_TOKENS=\"administrator me $$(openssl rand -hex 16)\"",
      "  tidemark function serve"
    })
final class ServeFunctions extends Verb {
  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    ServiceSettings settings = new ServiceSettings(workplace.variables());
    S3ObjectStore store = RunFunction.open(settings);
    try {
      FunctionsServer server = FunctionsServer.start(server(settings), store);
      workplace.console().say("Serving functions at " + server.uri() + " until Ctrl-C.");
      return new Serving(server, store);
    } catch (ServerStartupException e) {
      store.close();
      Refused refused =
          new Refused(
              Refused.Reason.IN_USE,
              "Nothing can listen there: "
                  + e.getMessage()
                  + ". Set TIDEMARK_LISTEN=HOST:PORT to another place.");
      refused.addSuppressed(e);
      throw refused;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static FunctionsServer.Settings server(ServiceSettings settings) throws IOException {
    try {
      Tokens tokens = settings.tokens();
      if (tokens.isEmpty()) {
        throw new UsageException(
            "Nobody would be let in. Set TIDEMARK_TOKENS_FILE, or"
                + " TIDEMARK_TOKENS=\"administrator NAME TOKEN\"");
      }
      return settings.server(tokens);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private record Serving(FunctionsServer server, S3ObjectStore store) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(document -> document.put("address", server.uri().toString()));
    }

    @Override
    public void text(PrintWriter out) {
      out.println(server.uri());
    }

    @Override
    public void afterwards() {
      try (store;
          server) {
        new CountDownLatch(1).await();
      } catch (InterruptedException _) {
        // Ctrl-C is how it ends.
      }
    }
  }
}
