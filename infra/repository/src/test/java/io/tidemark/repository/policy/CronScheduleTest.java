package io.tidemark.repository.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.testing.Seeded;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {
  private static final String BERLIN = "Europe/Berlin";

  private static List<Instant> between(String cron, String zone, String after, String until) {
    return CronSchedule.parse(cron, zone).between(Instant.parse(after), Instant.parse(until));
  }

  private static List<Instant> times(String... times) {
    return List.of(times).stream().map(Instant::parse).toList();
  }

  @Test
  void theBeginningIsOutAndTheEndIsIn() {
    assertThat(between("0 2 * * *", "UTC", "2026-03-01T02:00:00Z", "2026-03-03T02:00:00Z"))
        .isEqualTo(times("2026-03-02T02:00:00Z", "2026-03-03T02:00:00Z"));
    assertThat(between("0 2 * * *", "UTC", "2026-03-01T02:00:00Z", "2026-03-01T02:00:00Z"))
        .isEmpty();
  }

  @Test
  void aZoneIsFollowed() {
    assertThat(between("0 2 * * *", "Asia/Tokyo", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"))
        .isEqualTo(times("2026-03-01T17:00:00Z"));
  }

  @Test
  void weekdaysAreThoseOfTheZone() {
    assertThat(between("30 0 * * 1", "Asia/Tokyo", "2026-03-01T00:00:00Z", "2026-03-08T16:00:00Z"))
        .isEqualTo(times("2026-03-01T15:30:00Z", "2026-03-08T15:30:00Z"));
  }

  @Test
  void whatClocksJumpOverComesAsMuchLater() {
    // 29 March 2026, 02:00 becomes 03:00.
    assertThat(between("30 2 * * *", BERLIN, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"))
        .isEqualTo(times("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"));
  }

  @Test
  void ofTwoTheFirstIsTaken() {
    // 25 October 2026, 03:00 becomes 02:00.
    assertThat(between("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"))
        .isEqualTo(times("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"));
  }

  @Test
  void anExpressionOfEveryHourGoesByTheTimeThatPasses() {
    assertThat(between("30 * * * *", BERLIN, "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"))
        .isEqualTo(times("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"));
    assertThat(between("30 * * * *", BERLIN, "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"))
        .isEqualTo(
            times(
                "2026-10-24T23:30:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T02:30:00Z"));
  }

  @Test
  void lastAndNextAgreeWithAllBetween() {
    for (String cron : List.of("30 2 * * *", "*/20 * * * *", "15 3 * * 0", "0 1,2,3 * * *")) {
      CronSchedule schedule = CronSchedule.parse(cron, BERLIN);
      for (String day : List.of("2026-03-29", "2026-10-25", "2026-06-01")) {
        Instant from = Instant.parse(day + "T00:00:00Z");
        for (int minute = 0; minute < 300; minute += 5) {
          Instant at = from.plusSeconds(60L * minute);
          List<Instant> before = schedule.between(at.minusSeconds(8 * 86_400), at);
          assertThat(schedule.last(at)).as(cron + " " + at).contains(before.getLast());
          List<Instant> after = schedule.between(at, at.plusSeconds(8 * 86_400));
          assertThat(schedule.next(at)).as(cron + " " + at).contains(after.getFirst());
        }
      }
    }
  }

  @Test
  void severalExpressionsMakeOneDueTimeOfTheSameMoment() {
    List<CronSchedule> both =
        List.of(CronSchedule.parse("0 2 * * *", "UTC"), CronSchedule.parse("0 */2 * * *", "UTC"));
    assertThat(
            CronSchedule.between(
                both, Instant.parse("2026-03-01T01:00:00Z"), Instant.parse("2026-03-01T05:00:00Z")))
        .isEqualTo(times("2026-03-01T02:00:00Z", "2026-03-01T04:00:00Z"));
    assertThat(CronSchedule.last(both, Instant.parse("2026-03-01T05:00:00Z")))
        .contains(Instant.parse("2026-03-01T04:00:00Z"));
  }

  @Test
  void whatNeverComesIsNeverDue() {
    CronSchedule schedule = CronSchedule.parse("0 0 30 2 *", "UTC");
    Instant now = Instant.parse("2026-03-01T00:00:00Z");
    assertThat(schedule.last(now)).isEmpty();
    assertThat(schedule.next(now)).isEmpty();
    assertThat(schedule.between(now.minusSeconds(86_400), now)).isEmpty();
  }

  @Test
  void nonsenseIsRefused() {
    for (String cron : List.of("", "x", "61 * * * *", "* * * *", "0 0 0 0 0 0", "@reboot")) {
      assertThatThrownBy(() -> CronSchedule.parse(cron, "UTC"))
          .as(cron)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cron expression");
    }
    assertThatThrownBy(() -> CronSchedule.parse("0 2 * * *", "Mars/Base"))
        .hasMessageContaining("time zone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|it is empty",
        "x|it has 1 field, not 5",
        "0 2 * *|it has 4 fields, not 5",
        "0 0 2 * * *|it has 6 fields, not 5",
        "99 2 * * *|field 1, the minute, is '99': wanted 0 to 59",
        "99999999999 2 * * *|field 1, the minute, is '99999999999': wanted 0 to 59",
        "0 x * * *|field 2, the hour, is 'x': wanted 0 to 23",
        "0 5-1 * * *|field 2, the hour, is '5-1': the range 5-1 ends before it begins",
        "0 2 0 * *|field 3, the day of month, is '0': wanted 1 to 31",
        "0 2 1,,3 * *|field 3, the day of month, is '1,,3': wanted 1 to 31",
        "0 2 * MÄR *|field 4, the month, is 'MÄR': wanted 1 to 12 or JAN to DEC",
        "0 2 * * FUNDAY|field 5, the day of week, is 'FUNDAY': wanted 0 to 7 or SUN to SAT",
        "*/x * * * *|field 1, the minute, is '*/x': after '/' a number of 1 or more is wanted",
        "*/ * * * *|field 1, the minute, is '*/': after '/' a number of 1 or more is wanted",
        "/ * * * *|field 1, the minute, is '/': after '/' a number of 1 or more is wanted",
        ", * * * *|field 1, the minute, is ',': wanted 0 to 59",
        "- * * * *|field 1, the minute, is '-': wanted 0 to 59",
        "1/2/3 * * * *|field 1, the minute, is '1/2/3': more than one '/'",
      })
  void whatIsWrongIsSaidWithFieldAndPosition(String cron, String wrong) {
    assertThatThrownBy(() -> CronSchedule.parse(cron, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(wrong)
        .hasMessageNotContainingAny("input string", "Exception", "null");
  }

  @Test
  void whateverIsRefusedIsToldInWordsOfItsOwn() {
    RandomGenerator random = Seeded.random("CronScheduleTest");
    String signs = "0123456789*/-,?LW#xJANMON @.";
    for (int round = 0; round < 1_000; round++) {
      StringBuilder cron = new StringBuilder();
      for (int field = 0; field < 5; field++) {
        cron.append(field == 0 ? "" : " ");
        for (int i = random.nextInt(4); i >= 0; i--) {
          cron.append(signs.charAt(random.nextInt(signs.length())));
        }
      }
      try {
        boolean _ = CronSchedule.parse(cron.toString(), "UTC").isEverDue();
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage())
            .as(cron.toString())
            .startsWith("Not a cron expression: '")
            .doesNotContainIgnoringCase("input string", "exception", "index", "null");
      }
    }
  }

  @Test
  void anIntervalGoesOnFromItsFirstTime() {
    String everyThree = "R/2026-03-27T02:30/P3D";
    // 30 March is after the clocks were put forward.
    assertThat(between(everyThree, BERLIN, "2026-03-01T00:00:00Z", "2026-04-03T00:00:00Z"))
        .isEqualTo(times("2026-03-27T01:30:00Z", "2026-03-30T00:30:00Z", "2026-04-02T00:30:00Z"));
    CronSchedule schedule = CronSchedule.parse(everyThree, "UTC");
    assertThat(schedule.next(Instant.parse("2026-01-01T00:00:00Z")))
        .hasValue(Instant.parse("2026-03-27T02:30:00Z"));
    assertThat(schedule.next(Instant.parse("2026-03-27T02:30:00Z")))
        .hasValue(Instant.parse("2026-03-30T02:30:00Z"));
    assertThat(schedule.last(Instant.parse("2026-03-30T02:29:59Z")))
        .hasValue(Instant.parse("2026-03-27T02:30:00Z"));
    assertThat(schedule.last(Instant.parse("2026-03-27T02:29:59Z"))).isEmpty();
  }

  @Test
  void anIntervalIsOfWholeDays() {
    for (String wrong :
        List.of(
            "R/2026-02-30T02:00/P3D",
            "R/2026-03-27T02:00/P0D",
            "R/2026-03-27T02:00/PT3H",
            "R/2026-03-27/P3D",
            "R/")) {
      assertThatThrownBy(() -> CronSchedule.parse(wrong, "UTC"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("R/2026-11-21T02:00/P3D");
    }
  }
}
