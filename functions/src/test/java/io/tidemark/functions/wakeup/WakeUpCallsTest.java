package io.tidemark.functions.wakeup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.key.HostId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeUpCallsTest {
  private static final int PATIENCE_SECONDS = 30;

  private final WakeUpCalls calls = new WakeUpCalls();
  private final BlockingQueue<HttpExchange> heard = new LinkedBlockingQueue<>();
  private HttpServer agent;

  @BeforeEach
  void listen() throws Exception {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext("/", heard::add);
    agent.start();
  }

  @AfterEach
  void stop() {
    calls.close();
    agent.stop(0);
  }

  private Host host(Optional<String> wakeUp) {
    return new Host(
        new HostId("host-00000000000000001"),
        "a",
        List.of(),
        List.of(),
        wakeUp,
        Instant.EPOCH,
        1,
        More.NONE);
  }

  private Host listening() {
    return host(Optional.of("http://127.0.0.1:" + agent.getAddress().getPort() + "/wake"));
  }

  private HttpExchange next() throws InterruptedException {
    HttpExchange exchange = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Test
  void callsOnceMoreForAllThatCameWhileACallWasUnderWay() throws Exception {
    calls.accept(listening());
    HttpExchange first = next();
    for (int i = 0; i < 100; i++) {
      calls.accept(listening());
    }
    assertThat(heard).isEmpty();

    answer(first, 202);
    answer(next(), 202);

    calls.close();
    assertThat(heard).isEmpty();
  }

  @Test
  void followsNobodyElsewhere() throws Exception {
    calls.accept(listening());
    HttpExchange exchange = next();
    assertThat(exchange.getRequestMethod()).isEqualTo("POST");
    assertThat(exchange.getRequestURI().toString()).isEqualTo("/wake");
    exchange
        .getResponseHeaders()
        .set("Location", "http://127.0.0.1:" + agent.getAddress().getPort() + "/elsewhere");
    answer(exchange, 307);

    calls.close();
    assertThat(heard).isEmpty();
  }

  @Test
  void failsNobodyWhereNobodyListensOrAnswers() throws Exception {
    calls.accept(host(Optional.empty()));
    calls.accept(host(Optional.of("http://no-such-host.invalid/wake")));
    calls.accept(host(Optional.of("http://127.0.0.1:1/wake")));
    calls.accept(host(Optional.of("http://127.0.0.1:99999/wake")));
    calls.accept(listening());
    HttpExchange unanswered = next();

    // Ends though the answer never comes.
    calls.close();
    calls.accept(listening());
    assertThat(heard).isEmpty();
    unanswered.close();
  }
}
