package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.Role;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.volume.Volumes;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotFunctionsTest extends ServedVolume {
  @Test
  void showsASnapshotWithTheMembersOfTheCommand() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");

    HttpResponse<String> answer = served.get("/v1/snapshots/web@first");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"id\":\""
                + snapshot
                + "\",\"volume\":\"web\",\"volumeId\":\""
                + web
                + "\",\"name\":\"first\",\"state\":\"READY\",\"origin\":\"manual\","
                + "\"requestedAt\":\"2026-11-21T10:15:30.123Z\","
                + "\"instantAt\":\"2026-11-21T10:15:30.123Z\","
                + "\"committedAt\":\"2026-11-21T10:15:30.123Z\",\"sizeBytes\":65536,"
                + "\"readBytes\":1,\"changedBytes\":2,\"sentBytes\":3,\"storedBytes\":4,"
                + "\"requests\":5,\"parent\":null,\"consistency\":\"idle\",\"seconds\":6.007,"
                + "\"heldMilliseconds\":null,\"tags\":{},\"expires\":null,\"holds\":[],"
                + "\"reason\":null,"
                + "\"scan\":{\"kind\":\"tracked\",\"reason\":null,"
                + "\"tracker\":\"dirty bitmap of QEMU\",\"reportedBytes\":65536,"
                + "\"sampledChunks\":1024,\"missChance\":0.0000339,"
                + "\"fullScanAt\":\"2026-11-21T10:15:30.123Z\",\"sinceFullScan\":3,"
                + "\"wrongOffsetBytes\":null},\"progress\":null,"
                + "\"trashEndsAt\":null}");
  }

  @Test
  void showsHowFarASnapshotHasCome() throws Exception {
    SnapshotSession session = Served.begin(repository, web, "slow");
    new Beats(repository, web, session.number()).write(new Beat(Served.NOW, 100, 40, 30, 20));

    assertThat(served.get("/v1/snapshots/" + session.snapshot()).body())
        .contains("\"state\":\"CREATING\"")
        .contains(
            "\"progress\":{\"at\":\"2026-11-21T10:15:30.123Z\",\"totalBytes\":100,"
                + "\"readBytes\":40,\"changedBytes\":30,\"sentBytes\":20}");
  }

  @Test
  void listsNewestFirstAPageAtATimeThoughSnapshotsComeAndGo() throws Exception {
    List<SnapshotId> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(Served.snapshot(repository, web, "s" + i));
    }

    String page = served.get("/v1/snapshots?volume=web&limit=2").body();
    List<String> shown = new ArrayList<>(Problems.ids(page));
    served.call("DELETE", "/v1/snapshots/" + shown.getLast(), "");
    SnapshotId late = Served.snapshot(repository, web, "late");
    while (Problems.next(page).isPresent()) {
      page =
          served.get("/v1/snapshots?volume=web&limit=2&cursor=" + Problems.next(page).get()).body();
      shown.addAll(Problems.ids(page));
    }

    // All have the same time here, so that ids alone decide the order; the late one may or may not
    // come behind the first page.
    assertThat(shown.stream().filter(id -> !id.equals(late.text())))
        .hasSize(5)
        .containsExactlyInAnyOrderElementsOf(made.stream().map(SnapshotId::text).toList());
  }

  @Test
  void listsWhatTheFiltersTake() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId two = Served.snapshot(repository, db, "two");
    served.call("PATCH", "/v1/snapshots/" + one, "{\"tags\":{\"env\":\"prod=1\"}}");

    assertThat(listed("")).containsExactlyInAnyOrder(one.text(), two.text());
    assertThat(listed("volume=db")).containsExactly(two.text());
    assertThat(listed("volume=" + web)).containsExactly(one.text());
    assertThat(listed("name=two")).containsExactly(two.text());
    assertThat(listed("tag=env=prod%3D1")).containsExactly(one.text());
    assertThat(listed("tag=env=")).isEmpty();
    served.call(
        "PATCH", "/v1/snapshots/" + one, "{\"tags\":{\"env\":\"prod=1\",\"tier\":\"a b\"}}");
    served.call("PATCH", "/v1/snapshots/" + two, "{\"tags\":{\"tier\":\"a b\"}}");
    assertThat(listed("tag=tier=a+b")).containsExactlyInAnyOrder(one.text(), two.text());
    assertThat(listed("tag=tier=a+b&tag=env=prod%3D1")).containsExactly(one.text());
    assertThat(listed("tag=env=prod%3D1&volume=db&tag=tier=a+b")).isEmpty();
    assertThat(listed("tag=tier=a+b&tag=tier=a+b")).hasSize(2);
    new Volumes(repository)
        .describe(
            db,
            old ->
                new Volumes.Description(
                    old.host(), old.source(), new TreeMap<>(Map.of("a", "1", "b", "2"))));
    assertThat(Problems.ids(served.get("/v1/volumes?tag=a=1&tag=b=2").body()))
        .containsExactly(db.text());
    assertThat(Problems.ids(served.get("/v1/volumes?tag=a=1&tag=c=2").body())).isEmpty();
    assertThat(listed("state=READY")).hasSize(2);
    assertThat(listed("state=TRASHED")).isEmpty();
    assertThat(listed("from=2026-11-21T10:15:30Z&until=2026-11-21T10:15:31Z")).hasSize(2);
    assertThat(listed("from=2026-11-21T11:15:31%2B01:00")).isEmpty();
    assertThat(listed("until=2026-11-21T10:15:30.123Z")).isEmpty();
  }

  @Test
  void listsTheSnapshotsOfADamagedVolumeToo() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "one");
    String newest =
        served.store.list("volumes/" + web + "/journal/", "", 1).entries().getFirst().key();
    served.store.delete(List.of(newest));
    served.store.createIfAbsent(newest, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    assertThat(listed("")).containsExactly(snapshot.text());
    Problems.assertProblem(served.get("/v1/snapshots/" + snapshot), 502, "STORE_CORRUPT");
  }

  private List<String> listed(String query) throws Exception {
    HttpResponse<String> answer = served.get("/v1/snapshots?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Problems.ids(answer.body()).stream().sorted(Comparator.naturalOrder()).toList();
  }

  @Test
  void deletesToTheTrashBackAgainAndPastIt() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "one");
    String path = "/v1/snapshots/" + snapshot;

    assertThat(served.call("DELETE", path, "").statusCode()).isEqualTo(204);
    assertThat(listed("")).isEmpty();
    assertThat(listed("state=TRASHED")).containsExactly(snapshot.text());
    assertThat(served.get(path).body())
        .contains("\"state\":\"TRASHED\"", "\"trashEndsAt\":\"2026-11-22T10:15:30");
    HttpResponse<String> back = served.call("POST", path + "/undelete", "");
    assertThat(back.body()).contains("\"state\":\"READY\"");
    assertThat(served.call("DELETE", path + "?now=true", "").statusCode()).isEqualTo(204);
    Problems.assertProblem(served.get(path), 404, "UNKNOWN_SNAPSHOT");
    Problems.assertProblem(served.call("DELETE", path, ""), 404, "UNKNOWN_SNAPSHOT");
  }

  @Test
  void deletesSeveralSnapshotsOrNone() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId two = Served.snapshot(repository, db, "two");
    SnapshotSession unfinished = Served.begin(repository, db, "slow");
    served.call("POST", "/v1/snapshots/" + two + "/hold", "{\"reason\":\"audit\"}");

    HttpResponse<String> held = deleteMany("\"web@one\",\"snap-00000000000000000\",\"db@two\"");
    Problems.assertProblem(held, 404, "UNKNOWN_SNAPSHOT");
    assertThat(held.body())
        .contains(
            "\"field\":\"snapshots[1]\"", "2 of 3", "snapshots[2]: " + two + " of db is held");
    assertThat(listed("")).contains(one.text(), two.text());

    served.call("POST", "/v1/snapshots/" + two + "/release", "");
    HttpResponse<String> gone =
        deleteMany("\"web@one\",\"" + two + "\",\"" + one + "\",\"" + unfinished.snapshot() + "\"");

    assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
    assertThat(gone.body())
        .isEqualTo(
            "{\"results\":["
                + result(one, "web", "TRASHED")
                + ","
                + result(two, "db", "TRASHED")
                + ","
                + result(unfinished.snapshot(), "db", "REMOVED")
                + "]}");
    assertThat(listed("")).isEmpty();
    assertThat(
            served
                .call(
                    "POST",
                    "/v1/snapshots/delete",
                    "{\"snapshots\":[\"" + one + "\",\"" + two + "\"],\"now\":true}")
                .body())
        .contains(result(one, "web", "REMOVED"), result(two, "db", "REMOVED"));
    assertThat(listed("state=TRASHED")).isEmpty();
    Problems.assertProblem(served.get("/v1/snapshots/delete"), 405, "METHOD_NOT_ALLOWED");
  }

  private HttpResponse<String> deleteMany(String snapshots) throws Exception {
    return served.call("POST", "/v1/snapshots/delete", "{\"snapshots\":[" + snapshots + "]}");
  }

  private static String result(SnapshotId snapshot, String volume, String outcome) {
    return "{\"id\":\""
        + snapshot
        + "\",\"volume\":\""
        + volume
        + "\",\"outcome\":\""
        + outcome
        + "\",\"problem\":null}";
  }

  @Test
  void abortsWhatIsNotMadeYet() throws Exception {
    SnapshotSession session = Served.begin(repository, web, "slow");

    assertThat(served.call("DELETE", "/v1/snapshots/" + session.snapshot(), "").statusCode())
        .isEqualTo(204);

    Problems.assertProblem(
        served.get("/v1/snapshots/" + session.snapshot()), 404, "UNKNOWN_SNAPSHOT");
  }

  @Test
  void keepsWhatIsHeld() throws Exception {
    String path = "/v1/snapshots/" + Served.snapshot(repository, web, "one");

    HttpResponse<String> held = served.call("POST", path + "/hold", "{\"reason\":\"audit\"}");

    assertThat(held.body())
        .contains("\"kind\":\"person\",\"owner\":\"administrator@test\",\"reason\":\"audit\"");
    Problems.assertProblem(served.call("DELETE", path, ""), 409, "HELD");
    assertThat(served.call("POST", path + "/release", "").body()).contains("\"holds\":[]");
    Problems.assertProblem(served.call("POST", path + "/release", ""), 409, "NOT_HELD");
    assertThat(served.call("DELETE", path, "").statusCode()).isEqualTo(204);
  }

  @Test
  void changesWhatIsNamedAndLeavesTheRest() throws Exception {
    String path = "/v1/snapshots/" + Served.snapshot(repository, web, "one");

    served.call("PATCH", path, "{\"tags\":{\"a\":\"1\"},\"expires\":\"2027-01-01T00:00:00Z\"}");
    assertThat(served.get(path).body())
        .contains("\"name\":\"one\"", "\"tags\":{\"a\":\"1\"}", "\"2027-01-01T00:00:00Z\"");
    served.call("PATCH", path, "{\"name\":null,\"expires\":null}");
    assertThat(served.get(path).body())
        .contains("\"name\":\"\"", "\"tags\":{\"a\":\"1\"}", "\"expires\":null");
  }

  @Test
  void changesNothingThatTheCallerHasNotSeen() throws Exception {
    String path = "/v1/snapshots/" + Served.snapshot(repository, web, "one");
    String seen = served.get(path).headers().firstValue("ETag").orElseThrow();
    String now =
        served.call("PATCH", path, "{\"name\":\"two\"}").headers().firstValue("ETag").orElseThrow();

    for (String method : List.of("PATCH", "DELETE")) {
      HttpResponse<String> late =
          served.send(
              served
                  .as(Role.OPERATOR, path)
                  .header("If-Match", seen)
                  .method(
                      method,
                      method.equals("PATCH")
                          ? BodyPublishers.ofString("{\"name\":\"three\"}")
                          : BodyPublishers.noBody()));
      Problems.assertProblem(late, 412, "CHANGED_MEANWHILE");
    }
    HttpResponse<String> weak =
        served.send(served.as(Role.OPERATOR, path).header("If-Match", "W/" + now).DELETE());
    Problems.assertProblem(weak, 412, "CHANGED_MEANWHILE");
    assertThat(served.get(path).headers().firstValue("ETag")).hasValue(now);
    assertThat(
            served
                .send(served.as(Role.OPERATOR, path).header("If-Match", now).DELETE())
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void namesTheCallerInTheJournal() throws Exception {
    String path = "/v1/snapshots/" + Served.snapshot(repository, web, "one");

    served.call("PATCH", path, "{\"name\":\"two\"}");

    long newest = repository.journal(web).newestNumber();
    assertThat(
            new String(
                served.store.get(ObjectKeys.journal(web) + ObjectKeys.descending(newest)),
                StandardCharsets.ISO_8859_1))
        .contains("\"actor\":\"administrator@test\"");
  }

  @Test
  void comparesTwoSnapshots() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId other = Served.snapshot(repository, Served.volume(repository, "db"), "two");

    HttpResponse<String> equal = served.get("/v1/snapshots/web@one/diff?older=" + one);
    assertThat(equal.body()).contains("\"extents\":[]", "\"next\":null");
    Problems.assertProblem(served.get("/v1/snapshots/web@one/diff"), 400, "BAD_REQUEST");
    Problems.assertProblem(
        served.get("/v1/snapshots/web@one/diff?older=" + other), 400, "BAD_REQUEST");
  }

  @Test
  void showsVolumes() throws Exception {
    VolumeId db = Served.volume(repository, "db");
    SnapshotId one = Served.snapshot(repository, web, "one");

    String first = served.get("/v1/volumes?limit=1").body();
    assertThat(Problems.ids(first)).containsExactly(db.text());
    String second = served.get("/v1/volumes?limit=1&cursor=" + Problems.next(first).get()).body();
    assertThat(Problems.ids(second)).containsExactly(web.text());
    assertThat(Problems.next(second)).isEmpty();
    assertThat(served.get("/v1/volumes/web").body())
        .contains("\"chunkBytes\":32768", "\"sizeBytes\":65536", "\"latest\":\"" + one + "\"")
        .contains("\"snapshots\":{\"READY\":1}");
    assertThat(Problems.ids(served.get("/v1/volumes/" + web).body())).contains(web.text());
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/snapshots/snap-00000000000000000,404,UNKNOWN_SNAPSHOT",
    "GET,/v1/snapshots/web@none,404,UNKNOWN_SNAPSHOT",
    "GET,/v1/snapshots/nowhere@latest,404,UNKNOWN_VOLUME",
    "GET,/v1/snapshots/no%20id,400,BAD_REQUEST",
    "GET,/v1/snapshots?volume=nowhere,404,UNKNOWN_VOLUME",
    "GET,/v1/snapshots?volume=no%20name,400,BAD_REQUEST",
    "GET,/v1/snapshots?state=ready,400,BAD_REQUEST",
    "GET,/v1/snapshots?tag=x,400,BAD_REQUEST",
    "GET,/v1/snapshots?tag=a=1&tag=a=2,400,BAD_REQUEST",
    "GET,/v1/snapshots?name=a&name=a,400,BAD_REQUEST",
    "POST,/v1/snapshots/delete,400,BAD_REQUEST",
    "GET,/v1/snapshots?from=yesterday,400,BAD_REQUEST",
    "GET,/v1/volumes/nowhere,404,UNKNOWN_VOLUME",
    "POST,/v1/snapshots/web@one/undelete,409,WRONG_STATE",
  })
  void answersBadInputWithAProblem(String method, String path, int status, String code)
      throws Exception {
    Served.snapshot(repository, web, "one");

    Problems.assertProblem(served.call(method, path, ""), status, code);
  }
}
