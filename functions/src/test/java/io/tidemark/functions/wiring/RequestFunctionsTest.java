package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.functions.access.Role;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshots;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that a host's agent carries out.
class RequestFunctionsTest extends ServedVolume {
  private static final String CREATE = "/v1/volumes/web/snapshots";

  @BeforeEach
  void registerHost() {
    new Hosts(repository).register("host", List.of("fast"), List.of("srv-db"), Optional.empty());
  }

  private HttpResponse<String> post(String path, String key, String body) throws Exception {
    return served.send(
        served
            .as(Role.OPERATOR, path)
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void acceptsARequestForASnapshot() throws Exception {
    HttpResponse<String> answer =
        served.call(
            "POST",
            CREATE,
            "{\"name\":\"before-upgrade\",\"tags\":{\"env\":\"prod\"},\"howLateSeconds\":10}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body())
        .contains("\"state\":\"REQUESTED\"", "\"name\":\"before-upgrade\"", "\"env\":\"prod\"");
    String location = answer.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo("/v1/snapshots/" + Problems.ids(answer.body()).getFirst());
    assertThat(served.get(location).body()).contains("\"state\":\"REQUESTED\"");
    assertThat(served.get("/v1/snapshots?state=REQUESTED").body()).contains("before-upgrade");
  }

  @Test
  void makesOneSnapshotHoweverOftenItIsAskedForWithTheSameKey() throws Exception {
    List<String> first = Problems.ids(post(CREATE, "k1", "{\"name\":\"a\"}").body());

    assertThat(Problems.ids(post(CREATE, "k1", "{\"name\":\"a\"}").body())).isEqualTo(first);
    assertThat(Problems.ids(post(CREATE, "k2", "{\"name\":\"a\"}").body())).isNotEqualTo(first);
    Problems.assertProblem(post(CREATE, "k1", "{\"name\":\"b\"}"), 409, "KEY_REUSED");
    Problems.assertProblem(post(CREATE, "k 1", "{}"), 400, "BAD_REQUEST");

    served.call("DELETE", "/v1/snapshots/" + first.getFirst(), "");
    HttpResponse<String> gone = post(CREATE, "k1", "{\"name\":\"a\"}");
    Problems.assertProblem(gone, 410, "SNAPSHOT_GONE");
    assertThat(gone.body()).contains(first.getFirst());
  }

  @Test
  void answersARepeatedRestoreWithWhatBecameOfTheFirst() throws Exception {
    SnapshotId first = Served.snapshot(repository, web, "one");
    String restore = "/v1/snapshots/web@latest/restore";
    HttpResponse<String> asked = post(restore, "r1", "{\"inPlace\":true}");
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    long hold = repository.journal(web).read().state().holds().firstEntry().getKey();
    new Snapshots(repository).release(web, hold, "done");
    Served.snapshot(repository, web, "two");

    HttpResponse<String> again = post(restore, "r1", "{\"inPlace\":true}");

    assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
    assertThat(again.body()).contains(first.text(), "\"state\":\"ENDED\"", "\"outcome\":\"done\"");
    Problems.assertProblem(
        post(restore, "r1", "{\"inPlace\":true,\"howLateSeconds\":7}"), 409, "KEY_REUSED");
  }

  @Test
  void refusesMoreThanTheQuota() throws Exception {
    assertThat(served.call("PUT", "/v1/quotas", "{\"snapshotsPerVolume\":1}").body())
        .isEqualTo("{\"snapshotsPerVolume\":1,\"snapshots\":null,\"bytes\":null}");
    assertThat(served.call("POST", CREATE, "").statusCode()).isEqualTo(202);

    HttpResponse<String> refused = served.call("POST", CREATE, "");

    Problems.assertProblem(refused, 409, "QUOTA");
    assertThat(refused.body()).contains("has 1 snapshots, and the limit for a volume is 1");
    assertThat(served.call("PUT", "/v1/quotas", "{\"snapshotsPerVolume\":null}").body())
        .doesNotContain("1");
    assertThat(served.call("POST", CREATE, "").statusCode()).isEqualTo(202);
  }

  @Test
  void changesTheLimitsThatAreNamedAndNoOthers() throws Exception {
    served.call("PUT", "/v1/quotas", "{\"snapshotsPerVolume\":1,\"bytes\":7}");

    for (String nothing : List.of("", "{}")) {
      HttpResponse<String> refused = served.call("PUT", "/v1/quotas", nothing);
      Problems.assertProblem(refused, 400, "BAD_REQUEST");
      assertThat(refused.body()).contains("bytes, snapshots, snapshotsPerVolume");
    }
    assertThat(served.call("PUT", "/v1/quotas", "{\"bytes\":null,\"snapshots\":3}").body())
        .isEqualTo("{\"snapshotsPerVolume\":1,\"snapshots\":3,\"bytes\":null}");
    assertThat(served.get("/v1/quotas").body())
        .isEqualTo("{\"snapshotsPerVolume\":1,\"snapshots\":3,\"bytes\":null}");
  }

  @Test
  void refusesAnExpiryThatIsPastAndStepsThatNoAgentTakes() throws Exception {
    String past = "{\"expires\":\"2026-11-21T10:15:30Z\"}";

    HttpResponse<String> expired = served.call("POST", CREATE, past);

    Problems.assertProblem(expired, 400, "EXPIRES_IN_PAST");
    assertThat(expired.body()).contains("\"field\":\"expires\"");
    Served.snapshot(repository, web, "one");
    Problems.assertProblem(
        served.call("PATCH", "/v1/snapshots/web@one", past), 400, "EXPIRES_IN_PAST");
    HttpResponse<String> steps =
        served.call("POST", CREATE, "{\"quiesce\":[\"srv-db\",\"mysql\"]}");
    Problems.assertProblem(steps, 409, "UNKNOWN_STEP");
    assertThat(steps.body())
        .contains("\"field\":\"quiesce\"", "the steps srv-db, and mysql would not", "host");
    assertThat(served.get("/v1/snapshots?state=REQUESTED").body()).contains("\"snapshots\":[]");
  }

  @Test
  void wakesTheAgentThatIsToServeARequest() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    HttpServer agent =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext(
        "/",
        exchange -> {
          heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          assertThat(exchange.getRequestHeaders()).doesNotContainKey("Authorization");
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    agent.start();
    try {
      new Hosts(repository)
          .register(
              "host",
              List.of("fast"),
              Optional.of("http://127.0.0.1:" + agent.getAddress().getPort() + "/wake"));

      assertThat(served.call("POST", CREATE, "").statusCode()).isEqualTo(202);
      assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("POST /wake");
      served.call("POST", "/v1/snapshots/" + one + "/restore", "{\"inPlace\":true}");
      assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("POST /wake");
    } finally {
      agent.stop(0);
    }
  }

  @Test
  void acceptsARequestThoughTheAgentCannotBeReached() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Hosts(repository)
          .register(
              "host",
              List.of("fast"),
              Optional.of("http://127.0.0.1:" + mute.getLocalPort() + "/wake"));

      // Nobody takes the calls up, and the first has no answer before the last is begun.
      for (int i = 0; i < 5; i++) {
        assertThat(served.call("POST", CREATE, "").statusCode()).isEqualTo(202);
      }
    }
    assertThat(served.call("POST", CREATE, "").statusCode()).isEqualTo(202);
  }

  @Test
  void acceptsARestoreIntoANewVolumeAndShowsHowFarItHasCome() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");
    String body = "{\"volume\":\"copy\",\"pool\":\"fast\"}";

    HttpResponse<String> answer = post("/v1/snapshots/web@one/restore", "r1", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String location = answer.headers().firstValue("Location").orElseThrow();
    assertThat(post("/v1/snapshots/web@one/restore", "r1", body).headers().firstValue("Location"))
        .hasValue(location);
    assertThat(served.get(location).body())
        .contains("\"snapshot\":\"" + one + "\"", "\"volume\":\"copy\"", "\"state\":\"WAITING\"");

    long hold = Long.parseLong(location.substring(location.lastIndexOf('/') + 1));
    new Beats(repository, web, hold).write(new Beat(Served.NOW, 100, 50, 0, 25));
    assertThat(served.get(location).body())
        .contains("\"state\":\"RUNNING\"", "\"readBytes\":50", "\"sentBytes\":25");

    new Snapshots(repository).release(web, hold, "restored");
    assertThat(served.get(location).body())
        .contains("\"state\":\"ENDED\"", "\"outcome\":\"restored\"");
  }

  @Test
  void acceptsARestoreInPlaceOnlyWhenItIsSaid() throws Exception {
    Served.snapshot(repository, web, "one");

    Problems.assertProblem(
        served.call("POST", "/v1/snapshots/web@one/restore", "{}"), 400, "BAD_REQUEST");
    HttpResponse<String> answer =
        served.call("POST", "/v1/snapshots/web@one/restore", "{\"inPlace\":true}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body()).contains("\"volumeId\":\"" + web + "\"");
    Problems.assertProblem(
        served.call("POST", "/v1/snapshots/web@one/restore", "{\"inPlace\":true}"), 409, "IN_USE");
  }

  @Test
  void tellsARestoreFromAnyOtherHold() throws Exception {
    Snapshots snapshots = new Snapshots(repository);
    SnapshotId one = Served.snapshot(repository, web, "one");
    Hold person = snapshots.hold(snapshots.find(one), "audit").holds().getFirst();

    for (String number : List.of("1", Long.toString(person.number()), "999999999999999999")) {
      Problems.assertProblem(
          served.get("/v1/volumes/web/restores/" + number), 404, "UNKNOWN_RESTORE");
    }
  }

  @Test
  void showsHosts() throws Exception {
    assertThat(served.get("/v1/hosts").body())
        .contains("\"name\":\"host\",\"pools\":[\"fast\"],\"steps\":[\"srv-db\"],\"wakeUp\":null");
  }

  @Test
  void showsWhatSnapshotsUse() throws Exception {
    Served.snapshot(repository, web, "one");

    assertThat(served.get("/v1/usage").body())
        .isEqualTo(
            "{\"snapshots\":1,\"bytes\":4,\"quotas\":{\"snapshotsPerVolume\":null,"
                + "\"snapshots\":null,\"bytes\":null},\"volumes\":[{\"volume\":\"web\","
                + "\"volumeId\":\""
                + web
                + "\",\"snapshots\":1,\"bytes\":4}],\"next\":null}");
  }

  @Test
  void saysNothingOfWhatDeletingFreesWhereAPackListIsGone() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");

    assertThat(served.get("/v1/volumes/web/usage").body())
        .contains("\"bytes\":4", "\"id\":\"" + one + "\"", "\"freedBytes\":null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/v1/volumes/nowhere/snapshots|{}|404|UNKNOWN_VOLUME",
        "POST|/v1/volumes/no name/snapshots|{}|400|BAD_REQUEST",
        "POST|/v1/volumes/web/snapshots|{\"howLateSeconds\":-1}|400|BAD_REQUEST",
        "POST|/v1/volumes/web/snapshots|{\"howLateSeconds\":0}|400|BAD_REQUEST",
        "POST|/v1/volumes/web/snapshots|{\"howLateSeconds\":1e3}|400|BAD_REQUEST",
        "POST|/v1/volumes/web/snapshots|{\"quiesce\":[\"\"]}|400|BAD_REQUEST",
        "POST|/v1/volumes/web/snapshots|{\"group\":\"\"}|400|BAD_REQUEST",
        "POST|/v1/snapshots/web@none/restore|{\"inPlace\":true}|404|UNKNOWN_SNAPSHOT",
        "POST|/v1/snapshots/web@one/restore|{\"volume\":\"copy\"}|400|BAD_REQUEST",
        "POST|/v1/snapshots/web@one/restore|{\"volume\":\"a b\",\"pool\":\"fast\"}|400|BAD_REQUEST",
        "POST|/v1/snapshots/web@one/restore|{\"volume\":\"c\",\"pool\":\"slow\"}|409|UNKNOWN_POOL",
        "POST|/v1/snapshots/web@one/restore|{\"volume\":\"web\",\"pool\":\"fast\"}|409|VOLUME_EXISTS",
        "POST|/v1/snapshots/web@one/restore|{\"volume\":\"c\",\"inPlace\":true}|400|BAD_REQUEST",
        "GET|/v1/volumes/web/restores/x||400|BAD_REQUEST",
        "PUT|/v1/quotas|{\"bytes\":-1}|400|BAD_REQUEST",
        "PUT|/v1/quotas|{\"bytes\":9007199254740992}|400|BAD_REQUEST",
        "PUT|/v1/quotas|{\"bytes\":1.5}|400|BAD_REQUEST",
      })
  void answersBadInputWithAProblem(String method, String path, String body, int status, String code)
      throws Exception {
    Served.snapshot(repository, web, "one");

    Problems.assertProblem(
        served.call(method, path.replace(" ", "%20"), body == null ? "" : body), status, code);
  }
}
