package io.tidemark.repository.policy;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/// The due times of one cron expression of five fields, or of one repeating interval of whole days
/// as ISO 8601 writes it (`R/2026-11-21T02:00/P3D`: every third day from then on), in a time zone.
///
/// Where clocks are put forward, a due time of a fixed hour that does not exist is taken as much
/// later as the clocks jump; where they are put back, the first of two is taken. An expression
/// whose hour begins with `*` goes by the time that passes: what does not exist is left out, and
/// both of two are taken.
public final class CronSchedule {
  /// The most due times that are worked out at once: ten days of one a minute.
  public static final int MOST = 14_400;

  /// Longer than any clock is put back or forward; a day that a zone skips falls on the next one.
  private static final Duration JUMP = Duration.ofHours(3);

  private final WallTimes times;
  private final ZoneId zone;
  private final Hours hours;

  private enum Hours {
    FIXED,
    EVERY
  }

  private CronSchedule(WallTimes times, ZoneId zone, Hours hours) {
    this.times = times;
    this.zone = zone;
    this.hours = hours;
  }

  /// Reads an expression: minute, hour, day of month, month, day of week; or a repeating interval.
  ///
  /// @param zone an IANA name
  /// @throws IllegalArgumentException with what is wrong, for people
  public static CronSchedule parse(String expression, String zone) {
    ZoneId known;
    try {
      known = ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Not a time zone: '" + zone + "' (wanted one like Europe/Berlin or UTC)", e);
    }
    if (expression.startsWith(EveryDays.BEGINNING)) {
      return new CronSchedule(EveryDays.parse(expression), known, Hours.FIXED);
    }
    Cron cron;
    try {
      cron =
          new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
              .parse(expression)
              .validate();
    } catch (RuntimeException e) {
      // Of what is far from an expression the parser says so with whatever it trips over.
      throw new IllegalArgumentException(
          "Not a cron expression: '"
              + expression
              + "' (wanted minute, hour, day of month, month and day of week, like '0 2 * * *'): "
              + CronFault.of(expression),
          e);
    }
    String hour = expression.strip().split("\\s+", -1)[1];
    return new CronSchedule(
        wallTimes(ExecutionTime.forCron(cron)),
        known,
        hour.startsWith("*") ? Hours.EVERY : Hours.FIXED);
  }

  private static WallTimes wallTimes(ExecutionTime times) {
    return new WallTimes() {
      @Override
      public Optional<ZonedDateTime> last(ZonedDateTime before) {
        return times.lastExecution(before);
      }

      @Override
      public Optional<ZonedDateTime> next(ZonedDateTime after) {
        return times.nextExecution(after);
      }
    };
  }

  /// The due times of several expressions after `after` up to `until`, each once, in order; the
  /// last [#MOST] of them.
  public static List<Instant> between(
      Collection<CronSchedule> schedules, Instant after, Instant until) {
    NavigableSet<Instant> due = new TreeSet<>();
    for (CronSchedule schedule : schedules) {
      due.addAll(schedule.between(after, until));
    }
    return List.copyOf(
        due.size() > MOST ? new ArrayList<>(due).subList(due.size() - MOST, due.size()) : due);
  }

  /// The last due time of several expressions up to `until`.
  public static Optional<Instant> last(Collection<CronSchedule> schedules, Instant until) {
    return schedules.stream()
        .flatMap(schedule -> schedule.last(until).stream())
        .max(Instant::compareTo);
  }

  /// The due times after `after` up to `until`, in order; the last [#MOST] of them.
  public List<Instant> between(Instant after, Instant until) {
    NavigableSet<Instant> due = new TreeSet<>();
    ZonedDateTime local = wall(until.plus(JUMP)).plusNanos(1);
    ZonedDateTime end = wall(after.minus(JUMP));
    while (due.size() < MOST) {
      Optional<ZonedDateTime> before = times.last(local);
      if (before.isEmpty() || before.get().isBefore(end)) {
        break;
      }
      local = before.get();
      for (Instant instant : instants(local.toLocalDateTime())) {
        if (instant.isAfter(after) && !instant.isAfter(until)) {
          due.add(instant);
        }
      }
    }
    return List.copyOf(due);
  }

  /// The last due time up to `until`; empty when there never was one.
  public Optional<Instant> last(Instant until) {
    Optional<Instant> latest = Optional.empty();
    ZonedDateTime local = wall(until.plus(JUMP)).plusNanos(1);
    ZonedDateTime end = ZonedDateTime.of(LocalDateTime.MIN.plusYears(1), ZoneOffset.UTC);
    while (true) {
      Optional<ZonedDateTime> before = times.last(local);
      if (before.isEmpty() || before.get().isBefore(end)) {
        return latest;
      }
      local = before.get();
      for (Instant instant : instants(local.toLocalDateTime())) {
        if (!instant.isAfter(until) && latest.filter(instant::isBefore).isEmpty()) {
          latest = Optional.of(instant);
          // Wall clocks near a jump are not in the order of time.
          end = local.minus(JUMP);
        }
      }
    }
  }

  /// The first due time after `after`; empty when there is none any more.
  public Optional<Instant> next(Instant after) {
    Optional<Instant> earliest = Optional.empty();
    ZonedDateTime local = wall(after.minus(JUMP));
    Optional<ZonedDateTime> end = Optional.empty();
    while (true) {
      Optional<ZonedDateTime> following = times.next(local);
      if (following.isEmpty() || end.filter(following.get()::isAfter).isPresent()) {
        return earliest;
      }
      local = following.get();
      for (Instant instant : instants(local.toLocalDateTime())) {
        if (instant.isAfter(after) && earliest.filter(instant::isAfter).isEmpty()) {
          earliest = Optional.of(instant);
          end = Optional.of(local.plus(JUMP));
        }
      }
    }
  }

  /// Whether it is due at all, now and then: there is no 30 February.
  public boolean isEverDue() {
    return next(Instant.EPOCH).isPresent();
  }

  /// What clocks on the wall show, as if it were in a zone without jumps.
  private ZonedDateTime wall(Instant instant) {
    return instant.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
  }

  private List<Instant> instants(LocalDateTime local) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    return switch (hours) {
      case EVERY -> offsets.stream().map(local::toInstant).toList();
      case FIXED -> List.of(local.atZone(zone).toInstant());
    };
  }
}
