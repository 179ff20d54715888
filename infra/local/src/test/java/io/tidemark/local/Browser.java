package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Wait;
import org.openqa.selenium.support.ui.WebDriverWait;

/// The system's Chromium, looking at the console.
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final String AXE = axe();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI server;
  private final ChromeDriver driver;

  Browser(URI server, Path folder) {
    this.server = server;
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--no-first-run",
        "--lang=en",
        "--user-data-dir=" + folder);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.WARNING);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  static boolean isInstalled() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  void open(String path) {
    driver.get(server.resolve(path).toString());
  }

  String path() {
    return URI.create(String.valueOf(driver.getCurrentUrl())).getPath();
  }

  void signIn(String token) {
    open("/console/sign-in");
    write("#token", token);
    click("button.primary");
    waitFor("nav");
  }

  /// By the menu on the page.
  void choose(String language) {
    click("#language option[value=\"" + language + "\"]");
    click("form[action$='/language'] button");
    waitFor("html[lang=\"" + language + "\"]");
  }

  WebElement waitFor(String css) {
    return element(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
  }

  void waitForText(String css, String text) {
    boolean _ =
        patience()
            .until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
  }

  void waitUntilGone(String css) {
    boolean _ =
        patience().until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
  }

  private WebElement element(ExpectedCondition<@Nullable WebElement> condition) {
    return patience().until(condition);
  }

  private Wait<WebDriver> patience() {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(100))
        .ignoring(StaleElementReferenceException.class);
  }

  String text(String css) {
    return waitFor(css).getText();
  }

  boolean has(String css) {
    return !driver.findElements(By.cssSelector(css)).isEmpty();
  }

  void click(String css) {
    element(ExpectedConditions.elementToBeClickable(By.cssSelector(css))).click();
  }

  void write(String css, String text) {
    WebElement field = waitFor(css);
    field.clear();
    field.sendKeys(text);
  }

  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /// The address or text that the focus is on.
  String focus() {
    return String.valueOf(
        driver.executeScript(
            "return document.activeElement.getAttribute('href')"
                + " || document.activeElement.id || document.activeElement.tagName"));
  }

  void show(int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /// What is wider than its place, with by how much; empty for nothing.
  String overflow() {
    return String.valueOf(
        driver.executeScript(
            "var wide = document.documentElement.scrollWidth - window.innerWidth;"
                + "var wrong = wide > 0 ? ['page: ' + wide] : [];"
                + "document.querySelectorAll('button, .button, .state, .tag, th, td, dd, label, h1,"
                + " h2, p, legend, .card, nav a').forEach(function (one) {"
                + " if (one.closest('.hidden, .skip, .list thead') || !one.clientWidth) { return; }"
                + " if (one.scrollWidth > one.clientWidth + 1) { wrong.push(one.tagName + ' '"
                + " + one.className + ' ' + one.textContent.trim().slice(0, 40) + ': '"
                + " + (one.scrollWidth - one.clientWidth)); } });"
                + "return wrong.join('; ');"));
  }

  void photograph(Path file) throws IOException {
    Map<String, Object> picture =
        driver.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(String.valueOf(picture.get("data"))));
  }

  /// What axe finds wrong with the page by all of its rules.
  String violations() {
    return violations("{}");
  }

  /// What it finds wrong with colours, which are all that a scheme changes.
  String wrongColours() {
    return violations("{runOnly: ['color-contrast', 'link-in-text-block']}");
  }

  private String violations(String options) {
    if (!Boolean.TRUE.equals(driver.executeScript("return !!window.axe"))) {
      driver.executeScript(AXE);
    }
    return String.valueOf(
        driver.executeAsyncScript(
            "var done = arguments[arguments.length - 1];"
                + "axe.run(document, "
                + options
                + ").then(function (found) { done(found.violations.map(function (one) {"
                + " return one.id + ': ' + one.nodes.map(function (node) { return node.html + ' '"
                + " + node.failureSummary; }).join(' | '); }).join('\\n')); },"
                + " function (e) { done(String(e)); });"));
  }

  private static String axe() {
    try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks the server for this page in another language, and puts what it answers in the place of
  /// what is shown: as it would look there, without loading anything else again.
  void translate(String language) {
    driver.executeCdpCommand(
        "Network.setCookie",
        Map.of(
            "name",
            "tidemark-language",
            "value",
            language,
            "url",
            server.resolve("/console").toString(),
            "path",
            "/console"));
    String shown =
        String.valueOf(
            driver.executeAsyncScript(
                "var done = arguments[arguments.length - 1];"
                    + "fetch(location.href).then(function (answer) { return answer.text(); })"
                    + ".then(function (text) {"
                    + " var page = new DOMParser().parseFromString(text, 'text/html');"
                    + " document.documentElement.lang = page.documentElement.lang;"
                    + " document.body.innerHTML = page.body.innerHTML;"
                    + " done(document.documentElement.lang); },"
                    + " function (e) { done(String(e)); });"));
    assertThat(shown).isEqualTo(language);
  }

  /// Whether anything that somebody wrote was taken for a script.
  boolean isHurt() {
    return Boolean.TRUE.equals(driver.executeScript("return !!window.hurt"));
  }

  /// Nothing that the pages wanted was refused, and nothing failed.
  ///
  /// @param missing part of the address of a page that is not there
  void assertQuiet(String missing) {
    List<String> said =
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(LogEntry::toString)
            .filter(line -> !line.contains(missing + " - Failed to load resource"))
            .toList();
    assertThat(said).isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
