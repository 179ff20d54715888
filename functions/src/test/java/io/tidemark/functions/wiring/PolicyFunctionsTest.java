package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFunctionsTest extends ServedVolume {
  private static final String NIGHTLY =
      "{\"name\":\"nightly\",\"schedules\":[\"0 2 * * *\"],\"zone\":\"Europe/Berlin\","
          + "\"volumes\":[\"web\"],\"retention\":{\"count\":3,\"age\":\"P30D\"}}";

  @Test
  void addsAPolicyOnceWithTheSameKey() throws Exception {
    HttpResponse<String> added = served.call("POST", "/v1/policies", NIGHTLY);

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(added.body())
        .contains("\"volumes\":[\"" + web + "\"]", "\"missed\":\"once\"", "\"howLateSeconds\":60")
        .contains("\"age\":\"PT720H\"", "\"active\":true");
    String location = added.headers().firstValue("Location").orElseThrow();
    assertThat(served.get(location).body()).isEqualTo(added.body());
    assertThat(served.get("/v1/policies/nightly").body()).isEqualTo(added.body());
    assertThat(served.get("/v1/policies").body()).contains(added.body());
    Problems.assertProblem(served.call("POST", "/v1/policies", NIGHTLY), 409, "POLICY_EXISTS");
    HttpResponse<String> again =
        served.send(
            served
                .as(Role.ADMINISTRATOR, "/v1/policies")
                .header("Idempotency-Key", "k")
                .POST(BodyPublishers.ofString(NIGHTLY)));
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(added.body());
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
