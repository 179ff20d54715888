package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.Role;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.volume.Volumes;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFunctionsTest extends ServedVolume {
  private static final String NIGHTLY =
      "{\"name\":\"nightly\",\"schedules\":[\"0 2 * * *\"],\"zone\":\"Europe/Berlin\","
          + "\"volumes\":[\"web\"],\"retention\":{\"count\":3,\"age\":\"P30D\"}}";

  @Test
  void addsAPolicyOnceWithTheSameKey() throws Exception {
    HttpResponse<String> added = add("k", NIGHTLY);

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(added.body())
        .contains("\"volumes\":[\"" + web + "\"]", "\"missed\":\"once\"", "\"howLateSeconds\":300")
        .contains("\"age\":\"PT720H\"", "\"active\":true");
    String location = added.headers().firstValue("Location").orElseThrow();
    assertThat(served.get(location).body()).isEqualTo(added.body());
    assertThat(served.get("/v1/policies/nightly").body()).isEqualTo(added.body());
    assertThat(served.get("/v1/policies").body()).contains(added.body());
    Problems.assertProblem(served.call("POST", "/v1/policies", NIGHTLY), 409, "POLICY_EXISTS");
    Problems.assertProblem(add("other", NIGHTLY), 409, "POLICY_EXISTS");
    Problems.assertProblem(
        add("k", NIGHTLY.replace("\"count\":3", "\"count\":4")), 409, "KEY_REUSED");
    HttpResponse<String> again = add("k", NIGHTLY);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(added.body());
    assertThat(again.headers().firstValue("Location")).hasValue(location);

    served.call("DELETE", location, "");

    Problems.assertProblem(add("k", NIGHTLY), 410, "POLICY_GONE");
    assertThat(served.get("/v1/policies").body()).contains("\"policies\":[]");
  }

  private HttpResponse<String> add(String key, String body) throws Exception {
    return served.send(
        served
            .as(Role.ADMINISTRATOR, "/v1/policies")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void refusesANameThatCouldPassForAnother() throws Exception {
    HttpResponse<String> turned =
        served.call("POST", "/v1/policies", NIGHTLY.replace("nightly", "night\u202Ely"));

    Problems.assertProblem(turned, 400, "BAD_REQUEST");
    assertThat(turned.body()).contains("turns the direction of text, U+202E");
    Problems.assertProblem(
        served.call("POST", "/v1/policies", NIGHTLY.replace("nightly", "night\u2028ly")),
        400,
        "BAD_REQUEST");
  }

  @Test
  void saysHowAnAgeIsWritten() throws Exception {
    HttpResponse<String> answer =
        served.call("POST", "/v1/policies", NIGHTLY.replace("P30D", "P400Y"));

    Problems.assertProblem(answer, 400, "BAD_REQUEST");
    assertThat(answer.body()).contains("P30D", "PT12H", "P365D").doesNotContain("parsed");
  }

  @Test
  void saysWhatIsWrongWithAScheduleInWordsOfItsOwn() throws Exception {
    HttpResponse<String> answer =
        served.call("POST", "/v1/policies", NIGHTLY.replace("0 2 * * *", "0 x * * *"));

    Problems.assertProblem(answer, 400, "BAD_REQUEST");
    assertThat(answer.body())
        .contains("\"field\":\"schedules[0]\"", "field 2, the hour, is 'x': wanted 0 to 23")
        .doesNotContain("input string");
  }

  @Test
  void saysWhatAPolicyThatIsNotSavedWouldKeepAndDelete() throws Exception {
    new Hosts(repository).register("host", List.of(), Optional.empty());
    served.call("POST", "/v1/policies", NIGHTLY);
    PolicyId policy = new Policies(repository).find("nightly").id();
    for (int day = 1; day <= 3; day++) {
      scheduled(policy, Served.NOW.minus(Duration.ofDays(day)).truncatedTo(ChronoUnit.DAYS));
    }
    String one =
        NIGHTLY.replace(
            "\"retention\":{\"count\":3,\"age\":\"P30D\"}", "\"retention\":{\"count\":1}");

    assertThat(served.get("/v1/policies/nightly/preview").body()).doesNotContain("\"keep\":false");
    HttpResponse<String> preview =
        served.send(
            served.as(Role.READER, "/v1/policy-preview").POST(BodyPublishers.ofString(one)));
    HttpResponse<String> page = served.call("POST", "/v1/policy-preview?limit=1", one);
    HttpResponse<String> other =
        served.call("POST", "/v1/policy-preview", one.replace("nightly", "another"));

    assertThat(preview.statusCode()).as(preview.body()).isEqualTo(200);
    assertThat(preview.body().split("\"keep\":false", -1)).hasSize(3);
    assertThat(preview.body()).contains("among the newest 1", "no rule keeps it");
    assertThat(Problems.next(page.body())).isPresent();
    assertThat(other.body()).contains("of another policy").doesNotContain("\"keep\":false");
    assertThat(served.get("/v1/policies").body()).contains("\"count\":3").doesNotContain("another");
    Problems.assertProblem(
        served.call("POST", "/v1/policy-preview", "{\"name\":\"x\"}"), 400, "BAD_REQUEST");
  }

  private void scheduled(PolicyId policy, Instant due) {
    RequestedSnapshot requested =
        new SnapshotRequests(repository)
            .request(
                repository.journal().read().state(),
                new SnapshotRequest(
                    new Volumes(repository).find("web"),
                    Label.NONE,
                    Optional.of(new Schedule(policy, due)),
                    Duration.ofDays(10),
                    Wishes.NONE),
                Optional.empty());
    Served.commit(
        ((RequestedSessions.Served.Begun)
                new RequestedSessions(repository)
                    .serve(web, requested.id(), "host", SnapshotSession.ParentChoice.newest()))
            .session(),
        web);
  }

  @Test
  void changesNoPolicyThatTheCallerHasNotSeen() throws Exception {
    String etag =
        served.call("POST", "/v1/policies", NIGHTLY).headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> changed =
        served.call("PUT", "/v1/policies/nightly", NIGHTLY.replace("\"count\":3", "\"count\":4"));
    assertThat(changed.body()).contains("\"count\":4");

    HttpResponse<String> late =
        served.send(
            served
                .as(Role.ADMINISTRATOR, "/v1/policies/nightly")
                .header("If-Match", etag)
                .PUT(BodyPublishers.ofString(NIGHTLY)));

    Problems.assertProblem(late, 412, "CHANGED_MEANWHILE");
    assertThat(served.get("/v1/policies/nightly").body()).isEqualTo(changed.body());
    assertThat(served.call("DELETE", "/v1/policies/nightly", "").statusCode()).isEqualTo(204);
    Problems.assertProblem(served.get("/v1/policies/nightly"), 404, "UNKNOWN_POLICY");
  }

  @Test
  void letsOperatorsReadPoliciesAndNotChangeThem() throws Exception {
    assertThat(served.send(served.as(Role.OPERATOR, "/v1/policies")).statusCode()).isEqualTo(200);
    Problems.assertProblem(
        served.send(
            served.as(Role.OPERATOR, "/v1/policies").POST(BodyPublishers.ofString(NIGHTLY))),
        403,
        "FORBIDDEN");
  }

  @Test
  void saysWhatAPolicyWouldKeepAndWhy() throws Exception {
    served.call("POST", "/v1/policies", NIGHTLY);
    for (int i = 0; i < 3; i++) {
      Served.snapshot(repository, web, "manual" + i);
    }

    String first = served.get("/v1/policies/nightly/preview?limit=2").body();
    String second =
        served
            .get("/v1/policies/nightly/preview?limit=2&cursor=" + Problems.next(first).get())
            .body();

    assertThat(first).contains("\"volume\":\"web\"", "\"keep\":true", "\"due\":null");
    assertThat(first + second).contains("manual0", "manual1", "manual2");
    assertThat(Problems.next(second)).isEmpty();
  }

  @Test
  void runsScheduledFunctionsForAdministrators() throws Exception {
    for (String name :
        new String[] {
          "schedule-tick", "expire", "abort-silent", "collect", "verify-sample", "index-sweep"
        }) {
      HttpResponse<String> answer = served.call("POST", "/v1/functions/" + name, "");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body())
          .contains("\"function\":\"" + name + "\"", "\"failures\":0", "\"failures\":[]");
    }
    Problems.assertProblem(
        served.call("POST", "/v1/functions/format-disk", ""), 404, "UNKNOWN_FUNCTION");
    Problems.assertProblem(
        served.send(served.as(Role.OPERATOR, "/v1/functions/expire").POST(BodyPublishers.noBody())),
        403,
        "FORBIDDEN");
  }

  @Test
  void reportsDamageThatASampleFinds() throws Exception {
    Served.snapshot(repository, web, "its packs are not there");

    assertThat(served.call("POST", "/v1/functions/verify-sample", "").body())
        .contains("\"damaged\":")
        .contains("\"snapshots\":1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"schedules\":[],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * *\"],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"99 2 * * *\"],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"\"],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 31 2 *\",7],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":\"0 2 * * *\",\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 0 30 2 *\"],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],\"howLateSeconds\":0}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],\"howLateSeconds\":59}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"a b\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],\"zone\":\"Mars\"}",
        "{\"name\":\"\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"]}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],\"missed\":\"no\"}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],\"retention\":3}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"age\":\"P1Y\"}}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"age\":\"PT99999999999999999999S\"}}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"age\":\"P99999999D\"}}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"age\":\"PT0.5S\"}}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"count\":-1}}",
        "{\"name\":\"x\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"minutely\":1}}",
      })
  void refusesAPolicyThatSaysNothingSensible(String body) throws Exception {
    Problems.assertProblem(served.call("POST", "/v1/policies", body), 400, "BAD_REQUEST");
  }
}
