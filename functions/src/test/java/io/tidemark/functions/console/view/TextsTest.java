package io.tidemark.functions.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextsTest {
  private static final Path TEMPLATES = Path.of("src/main/jte");
  private static final Pattern PLACE = Pattern.compile("\\{[0-9]}");

  /// A name, units, a word that Portuguese has from English as the documents of its market write
  /// it, and a comma.
  private static final Set<String> ALIKE =
      Set.of(
          "product",
          "nav.snapshots",
          "span.seconds",
          "span.minutes",
          "span.hours",
          "span.days",
          "span.whole-minutes",
          "span.whole-hours",
          "span.whole-days",
          "span.exact",
          "reason.and");

  @ParameterizedTest
  @EnumSource(Language.class)
  void hasEveryTextInEveryLanguage(Language language) {
    assertThat(Texts.bundle(language).keySet()).isEqualTo(Texts.bundle(Language.EN).keySet());
    assertThat(Texts.bundle(language).values()).noneMatch(String::isBlank);
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void namesTheSamePlacesInEveryLanguage(Language language) {
    Map<String, String> english = Texts.bundle(Language.EN);
    Texts.bundle(language)
        .forEach(
            (key, text) ->
                assertThat(places(text)).as(key).isEqualTo(places(english.getOrDefault(key, ""))));
  }

  private static Set<String> places(String text) {
    Set<String> places = new TreeSet<>();
    Matcher matcher = PLACE.matcher(text);
    while (matcher.find()) {
      places.add(matcher.group());
    }
    return places;
  }

  @ParameterizedTest
  @EnumSource(value = Language.class, names = "EN", mode = EnumSource.Mode.EXCLUDE)
  void leavesNothingInEnglish(Language language) {
    Map<String, String> english = Texts.bundle(Language.EN);
    assertThat(Texts.bundle(language))
        .allSatisfy(
            (key, text) ->
                assertThat(text.equals(english.get(key)) && !ALIKE.contains(key))
                    .as(key + " = " + text)
                    .isFalse());
  }

  static List<Path> templates() throws IOException {
    try (Stream<Path> all = Files.list(TEMPLATES)) {
      return all.toList();
    }
  }

  /// What people read comes from the bundles; commands in `pre` are the same in every language.
  @ParameterizedTest
  @MethodSource("templates")
  void hasNoTextInATemplate(Path template) throws IOException {
    String text =
        Files.readString(template)
            .replaceAll("(?m)^@(import|param) .*$", "")
            .replaceAll("(?s)<pre>.*?</pre>", "");
    text = without(text, "${").replaceAll("(?m)^!\\{.*}$", "");
    text = calls(text);
    String spoken =
        text.replaceAll("(?s)<[^>]*\\s(aria-label|title|placeholder|alt)=\"([^\"]*)\"", "$2<");
    String visible = spoken.replaceAll("(?s)<[^>]*>", " ").replaceAll("@(else|endif|endfor)", " ");
    assertThat(visible.replaceAll("&[a-z]+;", ""))
        .as(template + ": " + visible.strip())
        .doesNotContainPattern("\\p{L}");
  }

  /// The console asks for nothing that could be refused for these.
  private static final Set<Refused.Reason> NEVER_MET =
      EnumSet.of(Refused.Reason.REPOSITORY_EXISTS, Refused.Reason.VOLUME_NOT_EMPTY);

  @ParameterizedTest
  @EnumSource(Refused.Reason.class)
  void saysWhatToDoAboutEveryRefusal(Refused.Reason reason) {
    assertThat(Texts.bundle(Language.EN).containsKey("error." + reason.name()))
        .isEqualTo(!NEVER_MET.contains(reason));
  }

  /// Every problem that the code names by a word, but for those that only other programs meet.
  @Test
  void saysWhatToDoAboutEveryProblem() throws IOException {
    Set<String> others =
        Set.of(
            "CHANGED_MEANWHILE",
            "NOT_ACCEPTABLE",
            "UNAUTHORIZED",
            "UNKNOWN_FUNCTION",
            "UNSUPPORTED_MEDIA_TYPE");
    Pattern code = Pattern.compile("Status\\.[A-Z_]+,\\s*\"([A-Z_]+)\"");
    List<Path> sources = new ArrayList<>();
    for (String part : List.of("console", "face", "function", "http")) {
      try (Stream<Path> all =
          Files.walk(Path.of("src/main/java/io/tidemark/functions").resolve(part))) {
        all.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    Set<String> named = new TreeSet<>();
    for (Path source : sources) {
      code.matcher(Files.readString(source)).results().forEach(hit -> named.add(hit.group(1)));
    }
    named.removeAll(others);
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named)
        .allSatisfy(one -> assertThat(Texts.bundle(Language.EN)).containsKey("error." + one));
  }

  @Test
  void writesWholeSpansWithoutNothing() {
    Texts texts = new Texts(Language.EN, ZoneOffset.UTC);
    assertThat(texts.span(Duration.ofMinutes(30))).isEqualTo("30 min");
    assertThat(texts.span(Duration.ofDays(7))).isEqualTo("7 d");
    assertThat(texts.window(Duration.ofHours(24))).isEqualTo("24 h");
    assertThat(texts.window(Duration.ofDays(7))).isEqualTo("7 d");
    assertThat(texts.window(Duration.ofMinutes(90))).isEqualTo("1 h 30 min");
    assertThat(new Texts(Language.KO, ZoneOffset.UTC).window(Duration.ofHours(36)))
        .isEqualTo("36시간");
  }

  /// Every key that a template or the code names is there.
  @Test
  void knowsEveryKeyThatATemplateNames() throws IOException {
    Pattern key = Pattern.compile("v\\.t\\(\"([^\"]+)\"[,)]");
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      for (Path file : files.toList()) {
        Matcher named = key.matcher(Files.readString(file));
        while (named.find()) {
          assertThat(Texts.bundle(Language.EN)).as(file.toString()).containsKey(named.group(1));
        }
      }
    }
  }

  /// Without what begins so and ends with the brace that belongs to it.
  private static String without(String text, String begin) {
    StringBuilder rest = new StringBuilder();
    int at = 0;
    while (true) {
      int found = text.indexOf(begin, at);
      if (found < 0) {
        return rest.append(text.substring(at)).toString();
      }
      rest.append(text, at, found);
      at = end(text, found + begin.length(), '{', '}');
    }
  }

  /// Without `@if(…)`, `@for(…)` and `@template.…(…)`, but with what a template is given to show.
  private static String calls(String text) {
    Matcher call = Pattern.compile("@(if|elseif|for|template\\.[a-z-]+)\\(").matcher(text);
    StringBuilder rest = new StringBuilder();
    int at = 0;
    while (call.find(at)) {
      rest.append(text, at, call.start());
      at = end(text, call.end(), '(', ')');
      String inside = text.substring(call.end(), at - 1);
      int content = inside.indexOf("@`");
      if (content >= 0) {
        rest.append(calls(inside.substring(content + 2, inside.lastIndexOf('`'))));
      }
    }
    return rest.append(text.substring(at)).toString();
  }

  private static int end(String text, int from, char open, char close) {
    int depth = 1;
    int at = from;
    while (depth > 0) {
      char c = text.charAt(at++);
      depth += c == open ? 1 : c == close ? -1 : 0;
    }
    return at;
  }

  @Test
  void writesSizesAsEachLanguageDoes() {
    assertThat(new Texts(Language.EN, ZoneOffset.UTC).size(1_610_612_736))
        .isEqualTo("1.5\u00A0GiB");
    assertThat(new Texts(Language.PT_BR, ZoneOffset.UTC).size(1_610_612_736))
        .isEqualTo("1,5\u00A0GiB");
    assertThat(new Texts(Language.EN, ZoneOffset.UTC).size(1_000)).isEqualTo("1,000\u00A0B");
  }

  @Test
  void writesTimesAsEachLanguageDoesInThePersonsZone() {
    Instant at = Instant.parse("2026-11-21T23:15:00Z");
    assertThat(new Texts(Language.JA, ZoneId.of("Asia/Tokyo")).time(at))
        .isEqualTo("2026/11/22 8:15");
    assertThat(new Texts(Language.ZH_HANS, ZoneOffset.UTC).time(at)).isEqualTo("2026年11月21日 23:15");
    assertThat(new Texts(Language.EN, ZoneOffset.UTC).span(Duration.ofHours(75)))
        .isEqualTo("3 d 3 h");
  }

  @Test
  void takesTheFirstLanguageThatThereIs() {
    assertThat(List.of("de, pt;q=0.8, ja;q=0.9", "zh-CN", "in-ID", "fr", "", "nonsense;;;"))
        .map(Language::preferred)
        .containsExactly(
            Language.JA, Language.ZH_HANS, Language.ID, Language.EN, Language.EN, Language.EN);
  }
}
