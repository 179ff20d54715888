package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.functions.console.view.Language;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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

/// The console of `tidemark local`, in the system's Chromium.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleBrowserIT {
  private static final int IMAGE_BYTES = 24 << 20;
  private static final String MISSING = "snap-00000000000000000";
  private static final Path PICTURES = Path.of("target", "console");

  @TempDir private static Path folder;
  private Process server;
  private Browser browser;
  private Path image;
  private String snapshot;
  private String policy;

  @BeforeAll
  void start() throws Exception {
    assumeTrue(Browser.isInstalled(), "Chromium and chromedriver are not installed");
    server =
        Distribution.process(
                Map.of(),
                "local",
                "--data",
                folder.resolve("data").toString(),
                "--port",
                "0",
                "--functions-port",
                "0",
                "--json")
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    JsonNode said = new JsonMapper().readTree(server.inputReader().readLine());
    Map<String, String> variables = new TreeMap<>();
    said.path("environment")
        .properties()
        .forEach(member -> variables.put(member.getKey(), member.getValue().asString()));
    URI functions = URI.create(said.path("functions").asString());
    String token = said.path("token").asString();

    Cli cli = new Cli(variables, folder.resolve("state")).here();
    image = folder.resolve("db1.raw");
    write(image, 0, bytes(1, IMAGE_BYTES));
    cli.json("repository", "init");
    cli.json("volume", "add", "db1", image.toString());
    cli.json("snapshot", "create", "db1", "--name", "before-upgrade", "--tag", "by=me");
    write(image, 5 << 20, bytes(2, 1 << 20));
    write(image, 15 << 20, bytes(3, 64 << 10));
    snapshot =
        cli.json("snapshot", "create", "db1", "--name", "after-upgrade").path("id").asString();
    try (FunctionsClient client = new FunctionsClient(functions, token)) {
      policy =
          client
              .post(
                  "/v1/policies",
                  "policy",
                  new JsonMapper()
                      .readTree(
                          """
                          {"name": "nightly", "schedules": ["0 2,14 * * 1,3", "30 4 1 * *"],
                           "zone": "Europe/Berlin", "volumes": ["db1"],
                           "retention": {"daily": 7, "weekly": 4}}
                          """))
              .path("id")
              .asString();
    }
    browser = new Browser(functions, folder.resolve("browser"));
    browser.signIn(token);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.destroy();
      server.onExit().join();
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
    "en, Create Snapshot, Roll back, Deleted to the trash., Brought back.",
    "ja, スナップショットの作成, ロールバック, ごみ箱へ移動しました。, 元に戻しました。"
  })
  void createsRollsBackDeletesAndUndeletes(
      String language, String create, String rollback, String deleted, String undeleted)
      throws Exception {
    browser.show(1280, "light");
    browser.open("/console/disks");
    browser.choose(language);

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
    browser.click("#dialog button.danger");
    browser.waitForText(".notice", deleted);
    browser.click("a[href$='/undelete']");
    browser.click("#dialog button.primary");
    browser.waitForText(".notice", undeleted);
    assertThat(browser.has("h1 .state.ready")).isTrue();
    browser.assertQuiet(MISSING);
  }

  @Test
  void isUsedByKeyboard() {
    browser.show(1280, "light");
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
    pages.put("snapshot", "snapshots/" + snapshot);
    pages.put("create", "disks/db1/create");
    pages.put("rollback", "snapshots/" + snapshot + "/rollback");
    pages.put("policies", "policies");
    pages.put("policy", "policies/" + policy);
    pages.put("overview", "overview");
    pages.put("nothing-found", "snapshots?name=none");
    pages.put("problem", "snapshots/" + MISSING);
    return pages;
  }

  @Test
  void isAccessibleInLightAndDarkAndOnNarrowScreens() throws Exception {
    browser.open("/console/disks");
    browser.choose("en");
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> page : pages().entrySet()) {
      browser.open("/console/" + page.getValue());
      for (String scheme : List.of("light", "dark")) {
        for (int width : List.of(1280, 320)) {
          browser.show(width, scheme);
          browser.photograph(PICTURES.resolve(page.getKey() + "-" + scheme + "-" + width + ".png"));
          String violations = browser.violations();
          if (!violations.isEmpty()) {
            wrong.add(page.getKey() + " " + scheme + " " + width + ": " + violations);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void overflowsInNoLanguage() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Language language : Language.values()) {
      browser.show(320, "light");
      browser.open("/console/disks");
      browser.choose(language.tag());
      for (Map.Entry<String, String> page : pages().entrySet()) {
        browser.open("/console/" + page.getValue());
        browser.photograph(PICTURES.resolve(language.tag()).resolve(page.getKey() + ".png"));
        if (browser.overflow() > 0) {
          wrong.add(language + " " + page.getKey() + ": " + browser.overflow() + " px");
        }
      }
    }
    assertThat(wrong).isEmpty();
    browser.assertQuiet(MISSING);
  }
}
