package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every function has from its frame, asked over HTTP as callers do.
class FunctionsServerTest {
  private final Served served = new Served();

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void answersHealthWithoutATokenAndWithoutAskingTheStore() throws Exception {
    served.store.sulks = true;

    HttpResponse<String> answer = served.send(served.request("/health").GET());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"up\"}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void listensOnTheLoopbackAddressAlone() {
    assertThat(served.uri().getHost()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "Bearer",
    "Bearer secret-of-the-readeR",
    "Basic secret-of-the-reader",
    "secret-of-the-reader"
  })
  void answersNobodyWithoutAToken(String authorization) throws Exception {
    served.store.sulks = true;
    for (String path : List.of("/v1/snapshots", "/v1/openapi.json", "/no-such", "/")) {
      for (String method : List.of("GET", "POST", "BREW")) {
        HttpRequest.Builder request = served.request(path).method(method, BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
          request.header("Authorization", authorization);
        }

        HttpResponse<String> answer = served.send(request);

        Problems.assertProblem(answer, 401, "UNAUTHORIZED");
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
            .hasValue("Bearer realm=\"tidemark\"");
        assertThat(answer.body()).doesNotContain("secret");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"READER", "AGENT"})
  void letsReadersReadAndNothingElse(Role role) throws Exception {
    Served.volume(served.repository(), "web");

    assertThat(served.send(served.as(role, "/v1/volumes")).statusCode()).isEqualTo(200);
    HttpResponse<String> answer = served.send(served.as(role, "/v1/snapshots/web@latest").DELETE());
    Problems.assertProblem(answer, 403, "FORBIDDEN");
  }

  @Test
  void limitsHowOftenACallerMayAskAndCountsWrongTokensToo() throws Exception {
    try (Served slow = new Served(new RateLimit(1, 2, () -> 0))) {
      slow.repository();
      assertThat(slow.get("/v1/volumes").statusCode()).isEqualTo(200);
      assertThat(slow.get("/v1/volumes").statusCode()).isEqualTo(200);

      HttpResponse<String> third = slow.get("/v1/volumes");

      Problems.assertProblem(third, 429, "TOO_MANY_REQUESTS");
      assertThat(third.headers().firstValue("Retry-After")).hasValue("2");
      assertThat(slow.call("GET", "/v1/volumes", "").statusCode()).isEqualTo(200);
      assertThat(slow.send(slow.request("/v1/volumes")).statusCode()).isEqualTo(401);
      assertThat(slow.send(slow.request("/v1/volumes")).statusCode()).isEqualTo(401);
      assertThat(slow.send(slow.request("/v1/volumes")).statusCode()).isEqualTo(429);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/,404,NOT_FOUND",
    "GET,/v1,404,NOT_FOUND",
    "GET,/v1/,404,NOT_FOUND",
    "GET,/v1/volumes/,400,BAD_REQUEST",
    "GET,//v1/volumes,404,NOT_FOUND",
    "GET,/v1/snapshots/web%2Fx,400,BAD_REQUEST",
    "GET,/v1/volumes/%FF,400,BAD_REQUEST",
    "GET,/v1/volumes/%00,400,BAD_REQUEST",
    "GET,/v1/volumes?limit=%C3%28,400,BAD_REQUEST",
    "GET,/v1/volumes?limit=0,400,BAD_REQUEST",
    "GET,/v1/volumes?limit=1001,400,BAD_REQUEST",
    "GET,/v1/volumes?limit=99999999999999999999,400,BAD_REQUEST",
    "GET,/v1/volumes?limit=1&limit=1,400,BAD_REQUEST",
    "GET,/v1/volumes?limit,400,BAD_REQUEST",
    "GET,/v1/volumes?limt=1,400,BAD_REQUEST",
    "GET,/v1/volumes?cursor=AAAA,400,BAD_REQUEST",
    "GET,/v1/volumes?cursor=!,400,BAD_REQUEST",
    "DELETE,/v1/snapshots/web@latest?now=yes,400,BAD_REQUEST",
    "PUT,/v1/volumes,405,METHOD_NOT_ALLOWED",
    "TRACE,/v1/volumes,405,METHOD_NOT_ALLOWED",
    "OPTIONS,/v1/volumes,405,METHOD_NOT_ALLOWED",
    "BREW,/v1/volumes,405,METHOD_NOT_ALLOWED",
    "POST,/health,405,METHOD_NOT_ALLOWED",
  })
  void answersWhatItDoesNotKnowWithAProblem(String method, String path, int status, String code)
      throws Exception {
    served.repository();

    Problems.assertProblem(served.call(method, path, ""), status, code);
  }

  @Test
  void saysWhichMethodsAPathKnows() throws Exception {
    HttpResponse<String> answer = served.call("PUT", "/v1/snapshots/web@latest", "{}");

    Problems.assertProblem(answer, 405, "METHOD_NOT_ALLOWED");
    assertThat(answer.headers().firstValue("Allow")).hasValue("DELETE, GET, HEAD, PATCH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "1",
        "\"x\"",
        "{",
        "{}x",
        "{} {}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":1}",
        "{\"name\":{}}",
        "{\"nam\":\"x\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"a\\u0000\"}",
        "{\"name\":\"tab\\t\"}",
        "{\"name\":1e999999999}",
        "{\"name\":123456789012345678901234567890123456789012345678901234567890}",
        "{\"tags\":[]}",
        "{\"tags\":{\"a\":1}}",
        "{\"tags\":{\"\":\"x\"}}",
        "{\"tags\":{\"a=b\":\"x\"}}",
        "{\"expires\":\"tomorrow\"}",
        "{\"expires\":\"2026-02-30T00:00:00Z\"}",
        "{\"expires\":\"9999-01-01T00:00:00Z\"}",
        "{\"expires\":0}",
        "NaN",
      })
  void refusesABodyThatSaysNothingSensible(String body) throws Exception {
    served.snapshotOf("web", "one");

    HttpResponse<String> answer = served.call("PATCH", "/v1/snapshots/web@one", body);

    Problems.assertProblem(answer, 400, "BAD_REQUEST");
    assertThat(answer.body()).doesNotContain("jackson", "ReadFeature", "[Sour", "token", "\\n");
  }

  @Test
  void saysWhatIsWrongWithALongAddress() throws Exception {
    String cursor = "/v1/snapshots?cursor=";
    Problems.assertProblem(served.get(cursor + "a".repeat(20_000)), 400, "BAD_REQUEST");
    Problems.assertProblem(served.get(cursor + "a".repeat(40_000)), 414, "URI_TOO_LONG");
  }

  @Test
  void refusesWhatIsNestedDeeply() throws Exception {
    String deep = "{\"name\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";

    Problems.assertProblem(served.call("PATCH", "/v1/snapshots/web@one", deep), 400, "BAD_REQUEST");
  }

  @Test
  void refusesBytesThatAreNoText() throws Exception {
    byte[] bytes = "{\"name\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    bytes[9] = (byte) 0xC0;

    HttpResponse<String> answer =
        served.send(
            served
                .as(Role.OPERATOR, "/v1/snapshots/web@one")
                .method("PATCH", BodyPublishers.ofByteArray(bytes)));

    Problems.assertProblem(answer, 400, "BAD_REQUEST");
  }

  @Test
  void namesTheFieldAtFault() throws Exception {
    HttpResponse<String> answer =
        served.call("PATCH", "/v1/snapshots/web@one", "{\"tags\":{\"env\":1}}");

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"urn:tidemark:problem:bad-request\",\"title\":\"Bad request\","
                + "\"status\":400,\"detail\":\"'tags.env' is not a text\","
                + "\"code\":\"BAD_REQUEST\",\"field\":\"tags.env\"}");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    HttpResponse<String> answer =
        served.call("PATCH", "/v1/snapshots/web@one", "{\"name\":\"" + "a".repeat(100_000) + "\"}");

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Type,text/plain,415",
    "Content-Type,application/json; charset=utf-16,415",
    "Content-Type,nonsense,415",
    "Content-Type,multipart/form-data; boundary=x,415",
    "Content-Encoding,gzip,415",
    "Accept,text/html,406",
    "Accept,application/json;q=0,406",
    "If-Match,'\"a\tb\"',400",
  })
  void refusesWhatItDoesNotSpeak(String header, String value, int status) throws Exception {
    HttpResponse<String> answer =
        served.send(
            served
                .as(Role.OPERATOR, "/v1/snapshots/web@one")
                .header(header, value)
                .method("PATCH", BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"field\":\"" + header + "\"");
  }

  @Test
  void readsWhatCurlSendsUnlessToldOtherwise() throws Exception {
    served.snapshotOf("web", "one");

    HttpResponse<String> answer =
        served.send(
            served
                .as(Role.OPERATOR, "/v1/snapshots/web@one")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "*/*")
                .method("PATCH", BodyPublishers.ofString("{\"name\":\"before+upgrade\"}")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"name\":\"before+upgrade\"");
  }

  @Test
  void answersAHeadWithoutABody() throws Exception {
    served.repository();

    HttpResponse<String> answer =
        served.send(served.as(Role.READER, "/v1/volumes").method("HEAD", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("ETag")).isPresent();
  }

  @Test
  void sparesACallerWhatItHasAlready() throws Exception {
    served.repository();
    String etag = served.get("/v1/volumes").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> known =
        served.send(
            served.as(Role.READER, "/v1/volumes").header("If-None-Match", "\"x\", W/" + etag));
    HttpResponse<String> other =
        served.send(served.as(Role.READER, "/v1/volumes").header("If-None-Match", "\"x\""));

    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(other.statusCode()).isEqualTo(200);
  }

  @Test
  void saysThatThereIsNoRepositoryYetAndFindsItOnceItIsThere() throws Exception {
    Problems.assertProblem(served.get("/v1/snapshots"), 503, "NO_REPOSITORY");

    served.repository();

    assertThat(served.get("/v1/snapshots").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsAFailingStoreFromAFaultOfItsOwn() throws Exception {
    served.repository();
    served.store.sulks = true;
    HttpResponse<String> away = served.get("/v1/snapshots");
    Problems.assertProblem(away, 503, "STORE_UNAVAILABLE");
    assertThat(away.headers().firstValue("Retry-After")).hasValue("5");

    served.store.sulks = false;
    served.store.breaks = true;
    HttpResponse<String> broken = served.get("/v1/snapshots");
    Problems.assertProblem(broken, 500, "INTERNAL");
    assertThat(broken.body()).doesNotContain("secret thought", "Exception", "\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/volumes\\ HTTP/1.1\r\n",
        "GET /v1/volumes/%zz HTTP/1.1\r\n",
        "GET /v1/volumes/% HTTP/1.1\r\n",
        "GET /v1/vol<um>es HTTP/1.1\r\n",
        "GET /v1/volumes?a=|^` HTTP/1.1\r\n",
        "GET http://[ HTTP/1.1\r\n",
        "GET  HTTP/1.1\r\n",
        "GET * HTTP/1.1\r\n",
        "CONNECT a:1 HTTP/1.1\r\n",
        "GET /v1/volumes HTTP/1.1\r\nAccept: ,;=\"\r\n",
        "GET /v1/volumes HTTP/1.1\r\nAccept: /\r\n",
        "POST /v1/volumes HTTP/1.1\r\nContent-Type: ;\r\nContent-Length: 1\r\n",
        "PATCH /v1/a HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 1\r\n",
        "PATCH /v1/snapshots/a@b HTTP/1.1\r\nContent-Length: x\r\n",
        "PATCH /v1/snapshots/a@b HTTP/1.1\r\nContent-Length: -1\r\n",
        "GET /v1/volumes HTTP/1.1\r\nbad header: x\r\n",
        "GET /v1/volumes HTTP/1.1\r\n: x\r\n",
        "NONSENSE\r\n",
      })
  void answersAnyLineWithAClearRefusal(String head) throws Exception {
    served.repository();
    String answer = raw(head + "Host: x\r\nAuthorization: Bearer secret-of-the-reader\r\n");

    assertThat(answer).matches("(?s)HTTP/1.[01] 4[0-9][0-9] .*");
    assertThat(answer).doesNotContain("Exception", "\tat ");
  }

  @Test
  void refusesAddressesAndHeadersWithoutEnd() throws Exception {
    String longLine = "GET /v1/volumes?cursor=" + "a".repeat(100_000) + " HTTP/1.1\r\n";
    String longHeader = "GET /v1/volumes HTTP/1.1\r\nX: " + "a".repeat(100_000) + "\r\n";

    assertThat(raw(longLine + "Host: x\r\n")).matches("(?s)HTTP/1.[01] 4.*");
    assertThat(raw(longHeader + "Host: x\r\n")).matches("(?s)HTTP/1.[01] 4.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "-1\r\n\r\n", "fffffffffffffffffff\r\nabc", "2\r\n{}\r\nx\r\n"})
  void refusesABodyWhoseChunksAreNone(String chunks) throws Exception {
    served.snapshotOf("web", "one");

    String answer =
        sent(
            "PATCH /v1/snapshots/web@one HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer secret-of-the-operator\r\n"
                + "Content-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + chunks);

    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .contains("application/problem+json", "\"code\":\"BAD_REQUEST\"", "body");
  }

  @Test
  void refusesABodyWhoseChunksTurnOutToBeNoneAfterItAskedForThem() throws Exception {
    served.snapshotOf("web", "one");
    try (Socket socket = new Socket(served.uri().getHost(), served.uri().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(
          String.join(
                  "\r\n",
                  "PATCH /v1/snapshots/web@one HTTP/1.1",
                  "Host: x",
                  "Authorization: Bearer secret-of-the-operator",
                  "Content-Type: application/json",
                  "Expect: 100-continue",
                  "Transfer-Encoding: chunked",
                  "",
                  "")
              .getBytes(StandardCharsets.ISO_8859_1));
      assertThat(new String(in.readNBytes(12), StandardCharsets.ISO_8859_1))
          .isEqualTo("HTTP/1.1 100");

      out.write("zz\r\n".getBytes(StandardCharsets.ISO_8859_1));

      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains("HTTP/1.1 400 ", "\"code\":\"BAD_REQUEST\"", "chunks");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/snapshots/a|b",
        "/v1/snapshots/[",
        "/v1/snapshots/%",
        "/v1/snapshots?cursor=%zz",
        "/v1/snapshots?name=50%",
        "/v1/vol<um>es",
      })
  void refusesAnAddressThatIsNone(String address) throws Exception {
    served.repository();

    assertThat(
            raw(
                "GET "
                    + address
                    + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-of-the-reader\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("application/problem+json", "\"code\":\"BAD_REQUEST\"", "address");
  }

  private String raw(String head) throws Exception {
    String body = head.contains("Content-Length: 1") ? "x" : "";
    return sent(head + "Connection: close\r\n\r\n" + body);
  }

  /// All that comes back until the server closes the connection.
  private String sent(String request) throws Exception {
    try (Socket socket = new Socket(served.uri().getHost(), served.uri().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
