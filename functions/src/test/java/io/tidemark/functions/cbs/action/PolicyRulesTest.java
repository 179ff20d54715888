package io.tidemark.functions.cbs.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.functions.cbs.action.PolicyRules.Rule;
import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.RawBody;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRulesTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-21");

  private static List<Rule> parse(String policy) {
    byte[] body = ("{\"Policy\":" + policy + "}").getBytes(StandardCharsets.UTF_8);
    return PolicyRules.parse(
            Arguments.of(new JsonBody(new RawBody(body)).values(), Arguments.Form.JSON))
        .orElseThrow();
  }

  private static SortedSet<Integer> set(Integer... numbers) {
    return new TreeSet<>(List.of(numbers));
  }

  @Test
  void translatesWeekdaysDaysAndIntervals() {
    assertThat(PolicyRules.schedules(parse("[{\"DayOfWeek\":[6,0],\"Hour\":[18,2]}]"), TODAY))
        .containsExactly("0 2,18 * * 0,6");
    assertThat(PolicyRules.schedules(parse("[{\"DayOfMonth\":[31,1],\"Hour\":[0]}]"), TODAY))
        .containsExactly("0 0 1,31 * *");
    assertThat(PolicyRules.schedules(parse("[{\"IntervalDays\":3,\"Hour\":[14,2]}]"), TODAY))
        .containsExactly("R/2026-11-21T02:00/P3D", "R/2026-11-21T14:00/P3D");
  }

  @Test
  void ofSeveralDayRulesOneCounts() {
    assertThat(
            parse(
                "[{\"DayOfWeek\":[1],\"DayOfMonth\":[2],\"IntervalDays\":3,\"Hour\":[4]},"
                    + "{\"DayOfWeek\":[],\"DayOfMonth\":[2],\"IntervalDays\":3,\"Hour\":[4]}]"))
        .containsExactly(new Rule.Weekly(set(4), set(1)), new Rule.Monthly(set(4), set(2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"Hour\":[1]}]",
        "[{\"DayOfWeek\":[1]}]",
        "[{\"DayOfWeek\":[1],\"Hour\":[]}]",
        "[{\"DayOfWeek\":[7],\"Hour\":[1]}]",
        "[{\"DayOfWeek\":[1],\"Hour\":[24]}]",
        "[{\"DayOfMonth\":[0],\"Hour\":[1]}]",
        "[{\"IntervalDays\":366,\"Hour\":[1]}]",
        "[{\"DayOfWeek\":[1],\"Hour\":[1],\"Minute\":[1]}]"
      })
  void refusesWhatIsNoRule(String policy) {
    assertThatThrownBy(() -> parse(policy))
        .hasMessageMatching("(MissingParameter|InvalidParameterValue|UnknownParameter): .*");
  }

  @Test
  void comesBackAsItWas() {
    long seed = Long.getLong("tidemark.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 1_000; round++) {
      List<Rule> rules = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        rules.add(
            switch (random.nextInt(3)) {
              case 0 -> new Rule.Weekly(some(random, 0, 23), some(random, 0, 6));
              case 1 -> new Rule.Monthly(some(random, 0, 23), some(random, 1, 31));
              default -> new Rule.Every(some(random, 0, 23), i * 100 + random.nextInt(1, 60));
            });
      }
      List<String> schedules = PolicyRules.schedules(rules, TODAY);
      assertThat(PolicyRules.of(schedules))
          .as("-Dtidemark.seed=%s %s", seed, schedules)
          .hasValue(rules);
    }
  }

  private static SortedSet<Integer> some(SplittableRandom random, int lowest, int highest) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      numbers.add(random.nextInt(lowest, highest + 1));
    }
    return numbers;
  }

  @Test
  void readsSchedulesThatPeopleWrite() {
    assertThat(PolicyRules.of(List.of("0 */6 * * *")))
        .hasValue(List.of(new Rule.Weekly(set(0, 6, 12, 18), set(0, 1, 2, 3, 4, 5, 6))));
    assertThat(PolicyRules.of(List.of("00 1-3 * * 5-7")))
        .hasValue(List.of(new Rule.Weekly(set(1, 2, 3), set(0, 5, 6))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30 2 * * *",
        "0 2 * 1 *",
        "0 2 1 * 1",
        "0 2 * * MON",
        "0 25 * * *",
        "R/2026-11-21T02:30/P3D"
      })
  void saysNothingOfWhatNoRuleMeans(String schedule) {
    assertThat(PolicyRules.of(List.of("0 2 * * *", schedule))).isEmpty();
  }
}
