package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.console.view.Language;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SnapshotSession;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  void letsInWhoShowsAnAccessKey() throws Exception {
    Visitor visitor = new Visitor(served.uri(), "en");
    String id = Served.secretId(Role.OPERATOR);

    assertThat(visitor.signIn(id + "+" + Served.token(Role.READER)).statusCode()).isEqualTo(403);
    assertThat(visitor.signIn(id + "+%01").statusCode()).isEqualTo(403);
    assertThat(visitor.signIn(id).statusCode()).isEqualTo(403);
    assertThat(visitor.signIn(id + "+" + Served.token(Role.OPERATOR)).statusCode()).isEqualTo(303);
    assertThat(visitor.get("/console/disks").body()).contains("operator@test", "Create Snapshot");
    assertThat(visitor.cookie("tidemark-session")).doesNotContain(id);
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
    assertThat(byName).doesNotContain(">n9<").contains("offset=25", "Found: 30");
  }

  @Test
  void sortsAndSearchesOverAllDisksAndSeesWhatChanges() throws Exception {
    VolumeId mail = Served.volume(repository, "mail");
    SnapshotId gone = Served.snapshot(repository, web, "b-nightly");
    Served.snapshot(repository, mail, "a-nightly");
    Served.snapshot(repository, mail, "c-weekly");
    Visitor operator = visitor(Role.OPERATOR);

    assertThat(rows(operator, "sort=name")).containsExactly("a-nightly", "b-nightly", "c-weekly");
    assertThat(rows(operator, "sort=oldest")).hasSize(3);
    assertThat(rows(operator, "sort=disk").subList(0, 2))
        .containsExactlyInAnyOrder("a-nightly", "c-weekly");
    assertThat(rows(operator, "name=NIGHT&sort=name")).containsExactly("a-nightly", "b-nightly");

    operator.post("/console/snapshots/" + gone + "/edit", "name=z-renamed&tags=by%3Dme");
    Served.snapshot(repository, web, "d-new");
    assertThat(rows(operator, "sort=name"))
        .containsExactly("a-nightly", "c-weekly", "d-new", "z-renamed");
    assertThat(rows(operator, "tag=by%3Dm")).containsExactly("z-renamed");
    operator.post("/console/snapshots/" + gone + "/delete", "");
    assertThat(rows(operator, "sort=name")).containsExactly("a-nightly", "c-weekly", "d-new");
    assertThat(rows(operator, "state=TRASHED")).containsExactly("z-renamed");
    SnapshotSession slow = Served.begin(repository, mail, "slow");
    Served.commit(slow, mail);
    assertThat(rows(operator, "name=slow")).containsExactly("slow");
    assertThat(rows(operator, "from=2026-11-22")).isEmpty();
    assertThat(rows(operator, "until=2026-11-21")).hasSize(4);
  }

  /// The names in a list, in its order.
  private static List<String> rows(Visitor visitor, String query) throws Exception {
    return Pattern.compile("<a href=\"/console/snapshots/snap-[0-9a-f]{17}\">([^<]*)</a><small>")
        .matcher(visitor.get("/console/snapshots?" + query).body())
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  @Test
  void saysHowLongTheTrashIsKept() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);
    assertThat(operator.get("/console/snapshots/" + snapshot + "/delete").body())
        .contains("They stay in the trash for 24 h");
    try (Served other = new Served(new TrashWindow(Duration.ofDays(7)))) {
      SnapshotId there = other.snapshotOf("web", "first");
      Visitor elsewhere = new Visitor(other.uri(), "en");
      elsewhere.signIn(Served.token(Role.ADMINISTRATOR));
      assertThat(elsewhere.get("/console/snapshots/" + there + "/delete").body())
          .contains("They stay in the trash for 7 d");
      assertThat(elsewhere.get("/console/snapshots?done=deleted").body())
          .contains("Until 7 d have passed");
      assertThat(elsewhere.get("/console/overview/collect").body())
          .contains("in the trash for more than 7 d");
    }
  }

  @Test
  void namesWhoDidWhat() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);
    operator.post("/console/snapshots/" + snapshot + "/hold", "reason=audit");

    String page = operator.get("/console/snapshots/" + snapshot).body();

    assertThat(page).contains("test@host", "operator@test", "audit", "Disk at rest", "Not yet");
  }

  @Test
  void verifiesASampleAndShowsWhatWasFound() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor operator = visitor(Role.OPERATOR);
    String page = "/console/snapshots/" + snapshot;

    assertThat(operator.get(page + "/verify").body()).contains("Up to 64 chunks of first");
    String shown = operator.post(page + "/verify", "").headers().firstValue("Location").orElse("");
    // Its pack list is there in name only.
    assertThat(shown).isEqualTo(page + "?done=verified");
    assertThat(operator.get(shown).body()).contains("0 chunks (0\u00A0B) read, all intact");
    HttpResponse<String> refused = visitor(Role.READER).post(page + "/verify", "");
    assertThat(refused.statusCode()).isEqualTo(403);
  }

  @Test
  void previewsAPolicyThatIsNotSaved() throws Exception {
    Served.snapshot(repository, web, "first");
    Visitor administrator = visitor(Role.ADMINISTRATOR);
    String form = "zone=UTC&active=on&missed=once&grid-0-2=on&count=3&volume-" + web + "=on";

    HttpResponse<String> preview = administrator.post("/console/policies/new/preview", form);
    assertThat(preview.statusCode()).isEqualTo(200);
    assertThat(preview.body()).contains("Kept: 1. Deleted: 0.").doesNotContain("<html");
    assertThat(administrator.post("/console/policies/new/preview", "zone=Nowhere").body())
        .contains("The preview appears once");
    assertThat(served.get("/v1/policies").body()).doesNotContain("pol-");
    assertThat(administrator.get("/console/policies/new/preview").statusCode()).isEqualTo(404);
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

  private static final String HOSTILE = "\"'><img src=x onerror='hurt()'>${7*7}&lt;";

  /// Whatever people may write is text wherever it is shown.
  @Test
  void takesNothingThatPeopleWroteForMarkup() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, HOSTILE);
    String field = URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8);
    Visitor visitor = visitor(Role.ADMINISTRATOR);
    String page = "/console/snapshots/" + snapshot;
    visitor.post(page + "/edit", "name=" + field + "&tags=" + field + "%3D" + field);
    visitor.post(page + "/hold", "reason=" + field);
    String policy =
        visitor
            .post(
                "/console/policies/new",
                "zone=UTC&missed=once&grid-0-2=on&tags=k%3D" + field + "&name=" + field)
            .headers()
            .firstValue("Location")
            .orElseThrow()
            .replace("?done=saved", "");
    for (String address :
        List.of(
            "/console/disks?search=" + field,
            "/console/disks?after=" + field,
            "/console/snapshots",
            "/console/snapshots?sort=name&name=img",
            "/console/snapshots?volume=web&sort=" + field,
            "/console/snapshots?tag=" + field + "&name=" + field,
            "/console/snapshots?from=" + field + "&done=" + field,
            "/console/sign-in?to=" + field,
            page,
            page + "/edit",
            page + "/release",
            page + "/rollback",
            page + "/verify",
            "/console/policies",
            policy,
            policy + "/delete",
            "/console/" + field.replace("+", "%20"),
            "/console/snapshots/" + field.replace("+", "%20"))) {
      String body = visitor.get(address).body();
      assertThat(body).as(address).doesNotContain("<img src=x", "\"'>");
    }
    assertThat(visitor.get(page).body()).contains("&lt;img src=x");
    String preview = "zone=UTC&missed=once&cron=" + field + "&count=" + field + "&name=" + field;
    assertThat(visitor.post(policy + "/preview", preview).body()).doesNotContain("<img src=x");
    assertThat(visitor.post("/console/policies/new", preview).body()).doesNotContain("<img src=x");
  }

  /// Addresses that nobody's page leads to are refused, never fallen over.
  @Test
  void fallsOverNoAddress() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    Visitor visitor = visitor(Role.ADMINISTRATOR);
    List<String> values =
        List.of(
            "",
            "%00",
            "%ff",
            "%25",
            "-1",
            "99999999999999999999",
            "0",
            "a".repeat(4_000),
            "%E2%80%AE",
            "..%2F..%2Fetc",
            "snap-00000000000000000",
            "web",
            "'%22%3E",
            "2026-02-30",
            "-999999999-01-01",
            "999999999-12-31",
            "%F0%9F%92%A5");
    List<String> wrong = new ArrayList<>();
    for (String page : List.of("disks", "snapshots", "policies", "overview", "sign-in", "")) {
      for (String name :
          List.of(
              "search", "after", "volume", "state", "name", "tag", "from", "until", "sort",
              "cursor", "offset", "done", "to", "ids")) {
        for (String value : values) {
          check(wrong, visitor, "/console/" + page + "?" + name + "=" + value);
        }
      }
    }
    for (String value : values) {
      for (String name : List.of("volume", "name", "tag", "from", "until", "offset", "sort")) {
        check(wrong, visitor, "/console/snapshots?sort=size&" + name + "=" + value);
        check(wrong, visitor, "/console/snapshots?volume=web&" + name + "=" + value);
      }
      for (String path :
          List.of(
              "disks/" + value + "/create",
              "disks/" + value + "/frees?ids=" + value,
              "snapshots/" + value,
              "snapshots/" + value + "/delete",
              "snapshots/" + snapshot + "/" + value,
              "snapshots/" + value + "/progress",
              "snapshots/delete?" + value + "=on",
              "restores/" + value + "/" + value,
              "restores/" + web + "/" + value,
              "policies/" + value,
              "policies/" + value + "/delete",
              "policies/new/" + value,
              "overview/" + value,
              value)) {
        check(wrong, visitor, "/console/" + path);
      }
      for (String path :
          List.of(
              "snapshots/" + snapshot + "/edit",
              "snapshots/" + snapshot + "/disk",
              "disks/web/create",
              "policies/new",
              "policies/new/preview",
              "language",
              "sign-in")) {
        int status =
            visitor
                .post(
                    "/console/" + path,
                    Stream.of("name", "expires", "tags", "zone", "cron", "count", "pool", "to")
                        .map(field -> field + "=" + value)
                        .collect(Collectors.joining("&")))
                .statusCode();
        if (status >= 500) {
          wrong.add("POST " + path + " " + value + ": " + status);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void check(List<String> wrong, Visitor visitor, String address) throws Exception {
    int status = visitor.get(address).statusCode();
    if (status >= 500) {
      wrong.add(address + ": " + status);
    }
  }

  /// Who is not an operator changes nothing by any form; who is, no policy.
  @Test
  void respectsRolesInEveryForm() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    String page = "/console/snapshots/" + snapshot;
    String before = served.get("/v1/snapshots/" + snapshot).body();
    for (Role role : List.of(Role.READER, Role.AGENT)) {
      Visitor visitor = visitor(role);
      for (String form :
          List.of(
              page + "/delete",
              page + "/edit",
              page + "/hold",
              page + "/release",
              page + "/rollback",
              page + "/disk",
              page + "/verify",
              page + "/undelete",
              "/console/disks/web/create")) {
        assertThat(visitor.post(form, "name=other&once=1&volume=v&pool=a+/+b").statusCode())
            .as(role + form)
            .isEqualTo(403);
      }
      assertThat(visitor.post("/console/snapshots/delete", snapshot + "=on").statusCode())
          .isEqualTo(403);
    }
    Visitor operator = visitor(Role.OPERATOR);
    assertThat(operator.post("/console/overview/collect", "").statusCode()).isEqualTo(403);
    assertThat(
            operator
                .post("/console/policies/new", "name=p&zone=UTC&missed=once&grid-0-2=on&tags=a%3Db")
                .statusCode())
        .isEqualTo(403);
    assertThat(served.get("/v1/snapshots/" + snapshot).body()).isEqualTo(before);
    assertThat(served.get("/v1/policies").body()).doesNotContain("pol-");
  }

  /// A form counts from nowhere but a page of this very session.
  @Test
  void takesNoFormFromElsewhere() throws Exception {
    SnapshotId snapshot = Served.snapshot(repository, web, "first");
    String delete = "/console/snapshots/" + snapshot + "/delete";
    Visitor one = visitor(Role.OPERATOR);
    Visitor other = visitor(Role.OPERATOR);

    assertThat(one.postBare(delete, "form-key=" + other.formKey()).statusCode()).isEqualTo(403);
    assertThat(one.postBare(delete, "").statusCode()).isEqualTo(403);
    assertThat(one.postFrom("cross-site", delete, "").statusCode()).isEqualTo(403);
    assertThat(one.postFrom("same-site", delete, "").statusCode()).isEqualTo(403);
    assertThat(new Visitor(served.uri(), "en").postBare(delete, "").statusCode()).isEqualTo(403);
    assertThat(served.get("/v1/snapshots/" + snapshot).body()).contains("\"state\":\"READY\"");
    assertThat(one.postFrom("same-origin", delete, "").statusCode()).isEqualTo(303);
  }

  @Test
  void knowsNoSessionThatItDidNotSeal() throws Exception {
    Visitor visitor = visitor(Role.READER);
    String sealed = visitor.cookie("tidemark-session");
    for (String forged :
        List.of(
            "",
            "x",
            sealed.substring(1),
            sealed.substring(0, sealed.length() - 2) + "AA",
            sealed + "A",
            "A".repeat(2_000),
            "%00",
            "....")) {
      visitor.bring("tidemark-session", forged);
      assertThat(visitor.get("/console/disks").statusCode()).as(forged).isEqualTo(303);
    }
  }
}
