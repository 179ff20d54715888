package io.tidemark.agent.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.agent.daemon.metrics.AgentMetrics;
import io.tidemark.repository.Refused;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers on the loopback address: `GET /health`, `/ready` and `/metrics`, `POST /wake`. Whoever
/// can reach it may ask; nothing that it says is secret, and all that can be done is to wake the
/// agent. One that never ends its request keeps nobody else from asking.
public final class Listener implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int MOST_WAITING = 16;
  private static final int NO_BODY = -1;

  static {
    // Read once in a process, by the server's class. Nobody else here listens by it.
    bound("sun.net.httpserver.maxReqTime", 10);
    bound("sun.net.httpserver.maxRspTime", 60);
    bound("jdk.httpserver.maxConnections", 512);
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private Listener(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// Whoever runs the agent may set another bound.
  private static void bound(String property, int most) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(most));
    }
  }

  /// What is answered to one path.
  private record Answer(int status, String contentType, String body) {
    static Answer text(int status, String line) {
      return new Answer(status, TEXT, line + "\n");
    }
  }

  @FunctionalInterface
  private interface Answering {
    Answer answer() throws IOException;
  }

  /// What there is under a path, and by which method.
  private record Resource(String method, Answering answering) {
    /// HEAD is GET without the body.
    boolean takes(String asked) {
      return asked.equals(method) || (asked.equals("HEAD") && method.equals("GET"));
    }

    String allowed() {
      return method.equals("GET") ? "GET, HEAD" : method;
    }
  }

  /// Takes the port; answers nothing until [#serve].
  ///
  /// @param port 0 for any free one
  /// @throws Refused when somebody else has it
  public static Listener open(int port) throws IOException {
    HttpServer server;
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MOST_WAITING);
    } catch (BindException e) {
      Refused refused =
          new Refused(
              Refused.Reason.IN_USE,
              "Port "
                  + port
                  + " is taken on this host, perhaps by another agent. End that, or set another"
                  + " 'port' under 'listener'; 0 takes any free one.");
      refused.addSuppressed(e);
      throw refused;
    }
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("listener-", 0).factory());
    server.setExecutor(threads);
    return new Listener(server, threads);
  }

  /// The port that it has.
  public int port() {
    return server.getAddress().getPort();
  }

  /// Begins to answer for an agent.
  public void serve(Agent agent, AgentMetrics metrics) {
    AgentStatus status = agent.status();
    Map<String, Resource> resources =
        Map.of(
            "/health",
            new Resource(
                "GET",
                () ->
                    status.hangs()
                        ? Answer.text(503, "The agent has not looked around for long.")
                        : Answer.text(200, "up")),
            "/ready",
            new Resource("GET", () -> ready(status)),
            "/metrics",
            new Resource("GET", () -> new Answer(200, AgentMetrics.CONTENT_TYPE, metrics.text())),
            "/wake",
            new Resource(
                "POST",
                () -> {
                  agent.wake();
                  return Answer.text(202, "awake");
                }));
    server.createContext("/", exchange -> answer(exchange, resources));
    server.start();
  }

  private static Answer ready(AgentStatus status) {
    Optional<String> trouble = status.trouble();
    return trouble.isPresent() ? Answer.text(503, trouble.get()) : Answer.text(200, "ready");
  }

  private static void answer(HttpExchange exchange, Map<String, Resource> resources)
      throws IOException {
    try (exchange) {
      Resource resource = resources.get(exchange.getRequestURI().getPath());
      Answer answer;
      if (resource == null) {
        answer = Answer.text(404, "There are /health, /ready, /metrics and /wake.");
      } else if (resource.takes(exchange.getRequestMethod())) {
        answer = resource.answering().answer();
      } else {
        exchange.getResponseHeaders().set("Allow", resource.allowed());
        answer = Answer.text(405, "Only " + resource.allowed() + " is known here.");
      }
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      byte[] body = answer.body().getBytes(UTF_8);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(answer.status(), NO_BODY);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
