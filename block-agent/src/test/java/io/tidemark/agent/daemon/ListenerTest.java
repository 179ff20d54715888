package io.tidemark.agent.daemon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerTest extends DaemonFixture {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;

  @BeforeEach
  void listen() throws IOException {
    listener = Listener.open(0);
    listener.serve(agent(), metrics);
  }

  @AfterEach
  void end() {
    client.close();
    listener.close();
  }

  @Test
  void answersBesideRequestsThatNeverEnd() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        halves.add(halfRequest());
      }

      assertThat(ask("GET", "/health").statusCode()).isEqualTo(200);
      assertThat(ask("POST", "/wake").statusCode()).isEqualTo(202);
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  @Test
  void endsThoughARequestDoesNot() throws Exception {
    try (Socket half = halfRequest()) {
      ask("GET", "/health");
      listener.close();

      assertThat(half.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void boundsHowLongARequestMayTakeToCome() {
    assertThat(System.getProperty("sun.net.httpserver.maxReqTime")).isEqualTo("10");
    assertThat(System.getProperty("sun.net.httpserver.maxRspTime")).isEqualTo("60");
  }

  @Test
  void answersHeadAsGetWithoutItsBody() throws Exception {
    HttpResponse<String> whole = ask("GET", "/health");
    HttpResponse<String> head = ask("HEAD", "/health");

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("Content-Length"))
        .hasValue(whole.body().getBytes(US_ASCII).length);
    assertThat(head.headers().firstValue("Content-Type"))
        .isEqualTo(whole.headers().firstValue("Content-Type"));
    assertThat(ask("HEAD", "/nothing").statusCode()).isEqualTo(404);
    assertThat(ask("HEAD", "/wake").headers().firstValue("Allow")).contains("POST");
    assertThat(ask("PUT", "/health").headers().firstValue("Allow")).contains("GET, HEAD");
  }

  private Socket halfRequest() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\n".getBytes(US_ASCII));
    return socket;
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + listener.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .timeout(LONG_ENOUGH)
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
