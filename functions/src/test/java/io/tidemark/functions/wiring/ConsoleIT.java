package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.console.view.Language;
import io.tidemark.repository.Repository;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SnapshotSession;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The console as the server answers it. No unit test, for it needs the templates' classes.
class ConsoleIT {
  private static final int MOST_BYTES = 100_000;

  private final Served served = new Served();
  private Repository repository;
  private VolumeId web;

  @BeforeEach
  void addVolume() {
    repository = served.repository();
    web = Served.volume(repository, "web");
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private Visitor visitor(Role role) throws Exception {
    Visitor visitor = new Visitor(served.uri(), "en");
    assertThat(visitor.signIn(Served.token(role)).statusCode()).isEqualTo(303);
    return visitor;
  }

  @Test
  void letsNobodyInWithoutAToken() throws Exception {
    Visitor visitor = new Visitor(served.uri(), "en");

    assertThat(visitor.get("/console/snapshots").headers().firstValue("Location"))
        .hasValue("/console/sign-in?to=%2Fconsole%2Fsnapshots");
    HttpResponse<String> refused = visitor.signIn("some-other-secret");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("This token is not let in.").doesNotContain("some-other");
  }

  @Test
  void leadsNobodyElsewhereAfterSigningIn() throws Exception {
    Visitor visitor = new Visitor(served.uri(), "en");
    visitor.get("/console/sign-in");

    HttpResponse<String> answer =
        visitor.post(
            "/console/sign-in",
            "token=" + Served.token(Role.READER) + "&to=https%3A%2F%2Felsewhere%2F");

    assertThat(answer.headers().firstValue("Location")).hasValue("/console/disks");
  }

  @Test
  void keepsItsCookieFromScriptsAndOtherSites() throws Exception {
    Visitor visitor = new Visitor(served.uri(), "en");
    HttpResponse<String> answer = visitor.signIn(Served.token(Role.READER));

    assertThat(answer.headers().allValues("Set-Cookie"))
        .singleElement()
        .asString()
        .contains("HttpOnly", "SameSite=Strict", "Path=/console", "Max-Age=28800")
        .doesNotContain(Served.token(Role.READER), "reader");
  }

  @Test
  void allowsNothingThatIsInline() throws Exception {
    HttpResponse<String> answer = visitor(Role.READER).get("/console/disks");

    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(answer.body()).doesNotContain(" style=", "<style", " onclick=", "javascript:");
    assertThat(Pattern.compile("<script(?! src)").matcher(answer.body()).find()).isFalse();
  }

  @Test
  void givesFilesThatABrowserKeeps() throws Exception {
    Visitor visitor = visitor(Role.READER);
    Matcher files =
        Pattern.compile("(?:src|href)=\"(/console/assets/[^\"]+)\"")
            .matcher(visitor.get("/console/disks").body());
    int found = 0;
    while (files.find()) {
      HttpResponse<String> file = visitor.get(files.group(1));
      assertThat(file.statusCode()).isEqualTo(200);
      assertThat(file.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
      found++;
    }
    assertThat(found).isGreaterThanOrEqualTo(4);
  }

  @Test
  void showsAReaderNoButtonAndRefusesWhatItSends() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor reader = visitor(Role.READER);
    String page = reader.get("/console/snapshots/" + snapshot).body();

    assertThat(page).contains("first").doesNotContain("/delete", "/rollback");
    HttpResponse<String> answer = reader.post("/console/snapshots/" + snapshot + "/delete", "");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("Your role does not allow this.");
    assertThat(served.get("/v1/snapshots/" + snapshot).body()).contains("\"state\":\"READY\"");
  }

  @Test
  void refusesAFormThatIsNotOfThisSession() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);

    HttpResponse<String> forged =
        operator.postBare("/console/snapshots/" + snapshot + "/delete", "form-key=0123");

    assertThat(forged.statusCode()).isEqualTo(403);
    assertThat(forged.body()).contains("This form has expired.");
    assertThat(served.get("/v1/snapshots/" + snapshot).body()).contains("\"state\":\"READY\"");
  }

  @Test
  void deletesAndUndeletes() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);
    String page = "/console/snapshots/" + snapshot;

    assertThat(operator.get(page + "/delete").body()).contains("Snapshots to delete: 1");
    assertThat(operator.post(page + "/delete", "").headers().firstValue("Location"))
        .hasValue(page + "?done=deleted");
    assertThat(operator.get(page + "?done=deleted").body())
        .contains("Deleted to the trash.", page + "/undelete");
    assertThat(operator.get("/console/snapshots").body()).doesNotContain(snapshot.text());
    operator.post(page + "/undelete", "");
    assertThat(operator.get("/console/snapshots").body()).contains(snapshot.text());
  }

  @Test
  void deletesSeveralOrNone() throws Exception {
    SnapshotId one = Served.snapshot(repository, web, "one");
    SnapshotId two = Served.snapshot(repository, web, "two");
    Visitor operator = visitor(Role.OPERATOR);
    operator.post("/console/snapshots/" + two + "/hold", "reason=audit");
    String both = one + "=on&" + two + "=on";

    assertThat(operator.get("/console/snapshots/delete?" + both).body())
        .contains("Snapshots to delete: 2");
    HttpResponse<String> refused = operator.post("/console/snapshots/delete", both);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("The snapshot is held. Release it first.");
    assertThat(operator.get("/console/snapshots").body()).contains(one.text(), two.text());

    operator.post("/console/snapshots/" + two + "/release", "");
    assertThat(operator.post("/console/snapshots/delete", both).statusCode()).isEqualTo(303);
    assertThat(operator.get("/console/snapshots?state=TRASHED").body())
        .contains(one.text(), two.text());
  }

  @Test
  void changesNameTagsAndExpiryAndKeepsWhatWasWrittenWhenItDoesNotFit() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);
    String page = "/console/snapshots/" + snapshot;

    HttpResponse<String> wrong = operator.post(page + "/edit", "name=second&tags=nonsense");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("value=\"second\"", "nonsense");

    operator.post(page + "/edit", "name=second&tags=by%3Dme&expires=2026-11-24T10%3A15");
    assertThat(operator.get(page).body()).contains("second", "by=me", "In 2 d 23 h");
  }

  @Test
  void pagesThroughManyAndSortsThoseOfOneDisk() throws Exception {
    List<SnapshotId> made = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      made.add(Served.snapshot(repository, web, "n" + i));
    }
    Visitor reader = visitor(Role.READER);
    String first = reader.get("/console/snapshots").body();
    Matcher next = Pattern.compile("href=\"(/console/snapshots\\?cursor=[^\"]+)\"").matcher(first);
    assertThat(next.find()).isTrue();
    String second = reader.get(next.group(1)).body();
    assertThat(made).allMatch(id -> first.contains(id.text()) != second.contains(id.text()));

    String byName = reader.get("/console/snapshots?volume=web&sort=name").body();
    assertThat(byName.indexOf(">n10<")).isPositive().isLessThan(byName.indexOf(">n2<"));
    assertThat(byName).doesNotContain(">n9<").contains("offset=25");
  }

  @Test
  void makesAPolicyFromAGridAndShowsWhatItWouldKeep() throws Exception {
    Served.snapshot(repository, web, "first");
    Visitor administrator = visitor(Role.ADMINISTRATOR);

    HttpResponse<String> saved =
        administrator.post(
            "/console/policies/new",
            "name=nightly&zone=UTC&active=on&missed=once&grid-0-2=on&grid-6-2=on&cron=5+1+1+*+*"
                + "&count=3&days=10&volume-"
                + web
                + "=on");

    String address = saved.headers().firstValue("Location").orElseThrow();
    String page = administrator.get(address).body();
    assertThat(page).contains("name=\"grid-6-2\"", "5 1 1 * *", "Created by a person", "Kept: 1.");
    assertThat(page.split(" checked", -1)).hasSize(5);
    assertThat(served.get("/v1/policies").body()).contains("0 2 * * 1,0", "\"age\":\"PT240H\"");
    assertThat(administrator.get("/console/disks").body()).contains("nightly");
    administrator.post(address.replace("?done=saved", "") + "/delete", "");
    assertThat(administrator.get("/console/policies").body()).contains("There is no policy yet.");
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void saysEveryPageInEveryLanguage(Language language) throws Exception {
    SnapshotId made = Served.snapshot(repository, web, "first");
    SnapshotSession session = Served.begin(repository, web, "slow");
    new Beats(repository, web, session.number()).write(new Beat(Served.NOW, 100, 40, 30, 20));
    served.call(
        "POST",
        "/v1/policies",
        "{\"name\":\"nightly\",\"schedules\":[\"0 2 * * *\"],\"volumes\":[\"web\"],"
            + "\"retention\":{\"count\":2,\"age\":\"P3D\",\"daily\":7}}");
    Visitor visitor = new Visitor(served.uri(), language.tag());
    visitor.signIn(Served.token(Role.ADMINISTRATOR));

    for (String page :
        List.of(
            "disks",
            "disks/web/create",
            "disks/web/frees?ids=" + made,
            "snapshots",
            "snapshots/" + made,
            "snapshots/" + session.snapshot(),
            "snapshots/" + session.snapshot() + "/progress",
            "snapshots/" + made + "/delete",
            "snapshots/" + made + "/rollback",
            "snapshots/" + made + "/disk",
            "snapshots/" + made + "/edit",
            "snapshots/" + made + "/hold",
            "policies",
            "policies/new",
            "policies/nightly",
            "policies/nightly/delete",
            "overview",
            "overview/garbage",
            "overview/collect")) {
      HttpResponse<String> answer = visitor.get("/console/" + page);
      assertThat(answer.statusCode()).as(page + answer.body()).isEqualTo(200);
      assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
      if (answer.body().startsWith("<!doctype")) {
        assertThat(answer.body()).contains("<html lang=\"" + language.tag() + "\">");
      }
    }
  }

  @Test
  void saysHowToBeginWhereNothingIs() throws Exception {
    Visitor administrator = visitor(Role.ADMINISTRATOR);

    assertThat(administrator.get("/console/snapshots").body())
        .contains("There is no snapshot yet.");
    assertThat(administrator.get("/console/policies").body()).contains("There is no policy yet.");
    assertThat(administrator.get("/console/overview").body()).contains("tidemark agent run");
  }

  @Test
  void remembersALanguage() throws Exception {
    Visitor visitor = visitor(Role.READER);
    visitor.post("/console/language", "language=ko&to=%2Fconsole%2Fdisks");

    assertThat(visitor.get("/console/disks").body()).contains("<html lang=\"ko\">", "스냅샷");
  }

  @Test
  void tellsWhatIsWrongWithTheStore() throws Exception {
    Visitor visitor = visitor(Role.READER);
    served.store.sulks = true;

    HttpResponse<String> answer = visitor.get("/console/disks");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("The store cannot be reached.");
  }

  @Test
  void endsASessionWhenItSignsOut() throws Exception {
    Visitor visitor = visitor(Role.READER);
    visitor.post("/console/sign-out", "");

    assertThat(visitor.get("/console/disks").statusCode()).isEqualTo(303);
  }
}
