package io.tidemark.local;

import io.tidemark.agent.command.Answer;
import io.tidemark.agent.command.JsonWriter;
import io.tidemark.agent.command.PathConverter;
import io.tidemark.agent.command.UsageException;
import io.tidemark.agent.command.Verb;
import io.tidemark.agent.command.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "local",
    description = {
      "Serve a folder as an S3 store on this machine, with functions and agent, until Ctrl-C.",
      "Prints the environment that leads the other commands to it, and the address, the token and the",
      "key pair of the functions. The agent serves the repository from the moment it is made.",
      "For trying things out: what it keeps may not outlive a power cut."
    },
    footer = {
      "",
      "Examples:",
      "  tidemark local",
      "  tidemark local > env & sleep 2; . ./env; tidemark repository init",
      "  curl -H \"Authorization: Bearer $$TOKEN\" $$TIDEMARK_FUNCTIONS/v1/snapshots",
      "Copy the lines it prints into another shell."
    })
final class ServeLocally extends Verb {
  private static final int HIGHEST_PORT = 65_535;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      converter = PathConverter.class,
      description = "The folder, made if need be; $$XDG_DATA_HOME/tidemark/local when not given.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "9000",
      description = "On the loopback address; 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--functions-port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "The same for the functions. Default: ${DEFAULT-VALUE}.")
  private int functionsPort;

  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    requirePort("--port", port);
    requirePort("--functions-port", functionsPort);
    LocalServer server =
        LocalServer.start(
            LocalData.open(
                (data == null ? usualFolder(workplace) : data).toAbsolutePath().normalize(),
                workplace.environment().random().get()),
            port);
    LocalServices services;
    try {
      services = LocalServices.start(server, workplace.environment(), functionsPort);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    workplace
        .console()
        .say(
            "Serving "
                + server.folder()
                + " at "
                + server.endpoint()
                + ", functions at "
                + services.uri()
                + ", console at "
                + services.uri().resolve("/console")
                + " (sign in with the TOKEN below), until Ctrl-C. In another shell:");
    return new Serving(server, services);
  }

  private static void requirePort(String option, int port) {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new UsageException(option + " is " + port + ", which is not 0 to " + HIGHEST_PORT);
    }
  }

  private static Path usualFolder(Workplace workplace) {
    String home = workplace.variables().getOrDefault("XDG_DATA_HOME", "");
    Path base =
        // The convention has it that a relative one does not count.
        home.startsWith("/")
            ? Path.of(home)
            : workplace.environment().home().resolve(Path.of(".local", "share"));
    return base.resolve(Path.of("tidemark", "local"));
  }

  private record Serving(LocalServer server, LocalServices services) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          document ->
              document
                  .put("endpoint", server.endpoint().toString())
                  .put("repository", server.repository())
                  .put("data", server.folder().toString())
                  .put("environment", server.environment())
                  .put("functions", services.uri().toString())
                  .put("token", services.token())
                  .put("secretId", server.signingId())
                  .put("secretKey", server.signingKey()));
    }

    @Override
    public void text(PrintWriter out) {
      out.println(server.exports());
      out.println("export TIDEMARK_FUNCTIONS=" + services.uri() + " TOKEN=" + services.token());
      out.println(
          "export TENCENTCLOUD_SECRET_ID="
              + server.signingId()
              + " TENCENTCLOUD_SECRET_KEY="
              + server.signingKey());
    }

    @Override
    public void afterwards() {
      try (server;
          services) {
        new CountDownLatch(1).await();
      } catch (InterruptedException _) {
        // Ctrl-C is how it ends.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
