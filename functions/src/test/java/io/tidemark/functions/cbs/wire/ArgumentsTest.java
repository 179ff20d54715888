package io.tidemark.functions.cbs.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.Percent;
import io.tidemark.functions.http.RawBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  private static Arguments json(String text) {
    return Arguments.of(
        new JsonBody(new RawBody(text.getBytes(StandardCharsets.UTF_8))).values(),
        Arguments.Form.JSON);
  }

  private static Arguments flat(String query) {
    return Arguments.of(FlatParameters.nested(Percent.query(query)), Arguments.Form.FLAT);
  }

  private static void assertFilters(Arguments arguments) {
    List<Arguments> filters =
        arguments.objects("Filters", 10, Set.of("Name", "Values")).orElseThrow();
    assertThat(filters).hasSize(1);
    assertThat(filters.getFirst().requiredText("Name")).isEqualTo("snapshot-name");
    assertThat(filters.getFirst().requiredTexts("Values", 10)).containsExactly("a b*", "é");
    assertThat(arguments.number("Limit", 1, 100)).hasValue(5);
    assertThat(arguments.flag("Deep")).hasValue(true);
    assertThat(arguments.text("Absent")).isEmpty();
  }

  @Test
  void readsJsonAndEveryWayToWriteQueries() {
    assertFilters(
        json(
            "{\"Filters\":[{\"Values\":[\"a b*\",\"\\u00e9\"],\"Name\":\"snapshot-name\"}],"
                + "\"Limit\":5,\"Deep\":true,\"Absent\":null}"));
    // Java, which does not sort.
    assertFilters(
        flat(
            "Filters.0.Values.1=%C3%A9&Filters.0.Values.0=a+b*&Filters.0.Name=snapshot-name"
                + "&Limit=5&Deep=true"));
    // Node.js, Python.
    assertFilters(
        flat(
            "Filters.0.Name=snapshot-name&Filters.0.Values.0=a%20b*&Filters.0.Values.1=%C3%A9"
                + "&Limit=5&Deep=TRUE"));
    assertFilters(
        flat(
            "Limit=5&Filters.0.Name=snapshot-name&Filters.0.Values.0=a+b%2A"
                + "&Filters.0.Values.1=%C3%A9&Deep=True"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ids.1=a",
        "Ids.0=a&Ids.00=b",
        "Ids=a&Ids.0=b",
        "Ids.0=b&Ids=a",
        ".=a",
        "Ids..0=a",
        "A.B.C.D.E.F.G=a"
      })
  void refusesNamesThatContradictEachOther(String query) {
    assertThatThrownBy(() -> flat(query)).hasMessageStartingWith("InvalidParameter: ");
  }

  @Test
  void tellsWhatIsMissingFromWhatIsWrong() {
    Arguments arguments =
        json("{\"Text\":1,\"Number\":\"5\",\"Big\":99999999999999999999,\"Flag\":\"true\"}");

    assertThatThrownBy(() -> arguments.requiredText("None"))
        .hasMessageStartingWith("MissingParameter: ")
        .hasMessageContaining("`None`");
    assertThatThrownBy(() -> arguments.text("Text")).hasMessageStartingWith("InvalidParameter: ");
    assertThatThrownBy(() -> arguments.number("Number", 0, 9))
        .hasMessageStartingWith("InvalidParameter: ");
    assertThatThrownBy(() -> arguments.number("Big", 0, 9))
        .hasMessageStartingWith("InvalidParameterValue: ");
    assertThatThrownBy(() -> arguments.flag("Flag")).hasMessageStartingWith("InvalidParameter: ");
    assertThatThrownBy(() -> arguments.requireKnown(Set.of("Text")))
        .hasMessageStartingWith("UnknownParameter: ");
    assertThatThrownBy(() -> json("{\"A\":[\"\\ud800\"]}").texts("A", 1))
        .hasMessageStartingWith("InvalidParameter: ");
    assertThatThrownBy(() -> json("{\"A\":[\"a\",\"b\"]}").texts("A", 1))
        .hasMessageStartingWith("InvalidParameterValue.LimitExceeded: ");
    assertThatThrownBy(
            () ->
                json("{\"A\":[{\"B\":1}]}")
                    .objects("A", 1, Set.of("B"))
                    .orElseThrow()
                    .getFirst()
                    .text("B"))
        .hasMessageContaining("`A.0.B`");
  }

  @Test
  void speaksBothLanguages() {
    assertThatThrownBy(() -> json("{}").requiredText("DiskId"))
        .isInstanceOfSatisfying(
            CbsException.class,
            e -> {
              assertThat(e.words().in(Language.CHINESE)).isEqualTo("缺少必要参数 `DiskId`。");
              assertThat(e.words().in(Language.ENGLISH)).contains("missing", "`DiskId`");
            });
  }
}
