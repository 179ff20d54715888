package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.functions.console.view.Language;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The console over functions, agent and store in this process, in the system's Chromium. With
/// `-Dtidemark.pictures=DIR` every page is photographed in every look and language.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleBrowserIT {
  private static final int IMAGE_BYTES = 24 << 20;
  private static final int WIDE = 1280;
  private static final int NARROW = 320;
  private static final String MISSING = "snap-00000000000000000";

  /// What somebody may write into any field.
  private static final String HOSTILE = "\"'><img src=x onerror='window.hurt=1'><b>${7*7}";

  private static final String PICTURES = System.getProperty("tidemark.pictures", "");

  @TempDir private static Path folder;
  private LocalServer server;
  private LocalServices services;
  private FunctionsClient functions;
  private Browser browser;
  private Path image;
  private String snapshot;
  private String hostile;
  private String unfinished;
  private String policy;

  @BeforeAll
  void start() throws Exception {
    assumeTrue(Browser.isInstalled(), "Chromium and chromedriver are not installed");
    server = LocalServer.start(LocalData.open(folder.resolve("data"), new SecureRandom()), 0);
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("TIDEMARK_TRASH_WINDOW", "36h");
    Cli cli = new Cli(variables, folder.resolve("state")).here();
    cli.initialise();
    services =
        LocalServices.start(
            server, CommandEnvironment.ofThisProcess().withVariables(cli.variables()), 0);
    functions = new FunctionsClient(services.uri(), services.token());
    image = folder.resolve("db1.raw");
    write(image, 0, bytes(1, IMAGE_BYTES));
    cli.json("volume", "add", "db1", image.toString());
    cli.json("snapshot", "create", "db1", "--name", "before-upgrade", "--tag", "by=me");
    write(image, 5 << 20, bytes(2, 1 << 20));
    write(image, 15 << 20, bytes(3, 64 << 10));
    snapshot =
        cli.json("snapshot", "create", "db1", "--name", "after-upgrade").path("id").asString();
    hostile =
        cli.json("snapshot", "create", "db1", "--name", HOSTILE, "--tag", "k=" + HOSTILE)
            .path("id")
            .asString();
    cli.json("snapshot", "hold", hostile, "--reason", HOSTILE);
    Path elsewhere = folder.resolve("elsewhere.raw");
    write(elsewhere, 0, bytes(4, 1 << 20));
    cli.with("TIDEMARK_HOST", "elsewhere").json("volume", "add", "web1", elsewhere.toString());
    unfinished = begun(cli.variables());
    policy =
        post(
            "/v1/policies",
            """
            {"name": "%s", "schedules": ["0 2,14 * * 1,3", "30 4 1 * *"], "zone": "Europe/Berlin",
             "volumes": ["db1"], "retention": {"daily": 7, "weekly": 4}}
            """
                .formatted(HOSTILE.replace("\"", "\\\"")));
    browser = new Browser(services.uri(), folder.resolve("browser"));
    browser.signIn(services.token());
  }

  private String post(String path, String body) throws Exception {
    JsonNode members = new JsonMapper().readTree(body);
    return functions.post(path, "first", members).path("id").asString();
  }

  /// A snapshot that somebody is making.
  private static String begun(Map<String, String> variables) {
    try (S3ObjectStore store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(variables.getOrDefault("TIDEMARK_REPOSITORY", "")), variables))) {
      Repository repository =
          Repository.open(
              store,
              Writers.writer(store, "test", InstantSource.system(), RandomGenerator.getDefault()));
      VolumeId volume = new Volumes(repository).find("web1").id();
      Instant now = Instant.now();
      SnapshotSession session =
          SnapshotSession.begin(
              repository,
              new NewSnapshot(
                  volume,
                  new Label("slow", new TreeMap<>(), Optional.empty()),
                  Origin.MANUAL,
                  now,
                  "elsewhere"),
              _ -> Optional.empty());
      new Beats(repository, volume, session.number())
          .write(new Beat(now, 4L << 30, 1L << 30, 1L << 20, 1L << 19));
      return session.snapshot().text();
    }
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (services != null) {
      functions.close();
      services.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static byte[] bytes(int seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void write(Path file, int offset, byte[] bytes) throws Exception {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest, offset + rest.position());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "en, Create Snapshot, Roll back, 36 h, Deleted to the trash., Brought back.",
    "ja, スナップショットの作成, ロールバック, 36 時間, ごみ箱へ移動しました。, 元に戻しました。"
  })
  void createsRollsBackDeletesAndUndeletes(
      String language,
      String create,
      String rollback,
      String window,
      String deleted,
      String undeleted)
      throws Exception {
    browser.show(WIDE, "light");
    browser.open("/console/disks?search=db1");
    browser.choose(language);

    browser.open("/console/disks?search=db1");
    browser.click("a[href$='/create']");
    browser.waitForText("#dialog h1", create);
    browser.write("#f-name", "made-in-" + language);
    browser.write("#f-tags", "language=" + language);
    browser.click("#dialog button.primary");
    // It gets there by itself.
    browser.waitFor("h1 .state.ready");
    assertThat(browser.text("h1")).contains("made-in-" + language);
    String page = browser.path();

    byte[] held = Files.readAllBytes(image);
    write(image, 3 << 20, bytes(language.hashCode(), 2 << 20));
    browser.click("a[href$='/rollback']");
    browser.waitForText("#dialog h1", rollback);
    assertThat(browser.text("#dialog")).contains("db1", "24");
    browser.click("#dialog button.danger");
    browser.waitFor("section[aria-live]");
    browser.waitUntilGone("section[hx-get]");
    assertThat(Files.readAllBytes(image)).isEqualTo(held);

    browser.open(page);
    browser.click("a[href$='/delete']");
    browser.waitForText("#dialog", window);
    browser.click("#dialog button.danger");
    browser.waitForText(".notice", deleted);
    browser.click("a[href$='/undelete']");
    browser.click("#dialog button.primary");
    browser.waitForText(".notice", undeleted);
    assertThat(browser.has("h1 .state.ready")).isTrue();
    browser.assertQuiet(MISSING);
  }

  @Test
  void deletesSeveralAtOnceAfterSayingWhatThatFrees() throws Exception {
    for (String name : List.of("several-1", "several-2")) {
      write(image, 9 << 20, bytes(name.hashCode(), 1 << 20));
      String id =
          functions
              .post(
                  "/v1/volumes/db1/snapshots",
                  name,
                  new JsonMapper().readTree("{\"name\": \"" + name + "\"}"))
              .path("id")
              .asString();
      Running.await(
          () -> functions.get("/v1/snapshots/" + id).path("state").asString().equals("READY"));
    }
    browser.show(WIDE, "light");
    browser.open("/console/snapshots?name=several&sort=name");
    browser.choose("en");
    browser.open("/console/snapshots?name=several&sort=name");
    browser.click("button[hx-get$='/delete']");
    browser.waitForText("#dialog", "Select a snapshot first.");
    browser.press(Keys.ESCAPE);
    browser.waitUntilGone("#dialog");
    browser.click("[data-all]");
    browser.click("button[hx-get$='/delete']");
    browser.waitForText("#dialog", "Snapshots to delete: 2");
    assertThat(browser.text("#dialog"))
        .contains("several-1", "several-2", "This frees 2 MiB", "36 h");
    browser.click("#dialog button.danger");
    browser.waitForText(".notice", "Until 36 h have passed");
    assertThat(browser.text("tbody")).contains("several-1", "several-2");
    assertThat(browser.has(".tick input:not([data-all])")).isFalse();
  }

  @Test
  void tellsWhatAPolicyWouldDoWhileItIsFilledIn() {
    browser.show(WIDE, "light");
    browser.open("/console/policies/new");
    browser.choose("en");
    browser.open("/console/policies/new");
    browser.waitForText("#preview", "The preview appears once");
    browser.write("#name", "weekly");
    browser.click("input[name='grid-6-3']");
    browser.click(".checks label");
    browser.waitForText("#preview", "Kept: ");
    browser.waitForText("#preview tbody", "Created by a person");
    browser.write("#cron", "nonsense");
    browser.waitForText("#preview", "The preview appears once");
    assertThat(browser.path()).isEqualTo("/console/policies/new");
  }

  @Test
  void isUsedByKeyboard() {
    browser.show(WIDE, "light");
    browser.open("/console/snapshots/" + snapshot);
    browser.press(Keys.TAB);
    assertThat(browser.focus()).isEqualTo("#main");
    for (int i = 0; i < 40 && !browser.focus().endsWith("/edit"); i++) {
      browser.press(Keys.TAB);
    }
    String opener = browser.focus();
    assertThat(opener).endsWith("/edit");
    browser.press(Keys.ENTER);
    browser.waitFor("#dialog #f-name");
    browser.waitFor("#f-name:focus");
    browser.press(Keys.ESCAPE);
    browser.waitUntilGone("#dialog");
    assertThat(browser.focus()).isEqualTo(opener);
  }

  private Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("disks", "disks");
    pages.put("snapshots", "snapshots");
    pages.put("sorted", "snapshots?sort=name");
    pages.put("snapshot", "snapshots/" + snapshot);
    pages.put("hostile", "snapshots/" + hostile);
    pages.put("progress", "snapshots/" + unfinished);
    pages.put("create", "disks/db1/create");
    pages.put("rollback", "snapshots/" + snapshot + "/rollback");
    pages.put("disk", "snapshots/" + hostile + "/disk");
    pages.put("delete", "snapshots/delete?" + snapshot + "=on&" + unfinished + "=on");
    pages.put("edit", "snapshots/" + hostile + "/edit");
    pages.put("verify", "snapshots/" + hostile + "/verify");
    pages.put("release", "snapshots/" + hostile + "/release");
    pages.put("policies", "policies");
    pages.put("policy", "policies/" + policy);
    pages.put("policy-delete", "policies/" + policy + "/delete");
    pages.put("overview", "overview");
    pages.put("collect", "overview/collect");
    pages.put("nothing-found", "snapshots?name=none");
    pages.put("problem", "snapshots/" + MISSING);
    return pages;
  }

  private void look(
      List<String> wrong, String page, String scheme, int width, Supplier<String> judged)
      throws Exception {
    browser.show(width, scheme);
    photograph(page + "-" + scheme + "-" + width);
    String found = judged.get();
    if (!found.isEmpty()) {
      wrong.add(page + " " + scheme + " " + width + ": " + found);
    }
  }

  private void fits(List<String> wrong, String page, String language, int width) throws Exception {
    photograph(language + "/" + page + "-" + width);
    String found = browser.overflow();
    if (!found.isEmpty()) {
      wrong.add(page + " " + language + " " + width + ": " + found);
    }
  }

  private void photograph(String name) throws Exception {
    if (!PICTURES.isEmpty()) {
      browser.photograph(Path.of(PICTURES, name + ".png"));
    }
  }

  /// Every page in both schemes and widths by axe; in every language, too, nothing is wider than
  /// its place. What people wrote is text wherever it is shown.
  @Test
  void isAccessibleAndFitsInEveryLookAndLanguage() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> page : pages().entrySet()) {
      browser.show(WIDE, "light");
      browser.open("/console/" + page.getValue());
      if (page.getKey().equals("disks")) {
        browser.choose("en");
      }
      look(wrong, page.getKey(), "light", WIDE, browser::violations);
      look(wrong, page.getKey(), "light", NARROW, browser::violations);
      look(wrong, page.getKey(), "dark", NARROW, browser::wrongColours);
      look(wrong, page.getKey(), "dark", WIDE, browser::wrongColours);
      for (Language language : Language.values()) {
        browser.translate(language.tag());
        for (int width : List.of(WIDE, NARROW)) {
          browser.show(width, "light");
          fits(wrong, page.getKey(), language.tag(), width);
        }
      }
      browser.translate("en");
      if (browser.isHurt()) {
        wrong.add(page.getKey() + " runs what somebody wrote");
      }
    }
    assertThat(wrong).isEmpty();
    browser.assertQuiet(MISSING);
  }
}
