package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.policy.Policies;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The rules of an auto snapshot policy, and the schedules of a policy that mean the same.
final class PolicyRules {
  private static final Set<String> MEMBERS =
      Set.of("DayOfWeek", "Hour", "DayOfMonth", "IntervalDays");
  private static final int MOST = 16;
  private static final int MOST_DAYS = 31;
  private static final int HOURS = 24;
  private static final int LONGEST_INTERVAL = 365;
  private static final Pattern INTERVAL =
      Pattern.compile("R/([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):00/P([1-9][0-9]{0,2})D");
  private static final Pattern RANGE =
      Pattern.compile("(?:\\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([1-9][0-9]?))?");

  private PolicyRules() {}

  /// One rule: days and the hours of each.
  sealed interface Rule {
    SortedSet<Integer> hours();

    /// @param days 0 is Sunday
    record Weekly(SortedSet<Integer> hours, SortedSet<Integer> days) implements Rule {}

    /// @param days 1 to 31; a month without one has none
    record Monthly(SortedSet<Integer> hours, SortedSet<Integer> days) implements Rule {}

    /// @param days from one to the next
    record Every(SortedSet<Integer> hours, int days) implements Rule {}
  }

  /// What the parameter `Policy` says; empty when it is not given.
  static Optional<List<Rule>> parse(Arguments arguments) {
    Optional<List<Rule>> rules =
        arguments
            .objects("Policy", MOST, MEMBERS)
            .map(list -> list.stream().map(PolicyRules::rule).toList());
    if (rules.filter(List::isEmpty).isPresent()) {
      throw arguments.missing("Policy");
    }
    if (rules
        .filter(list -> schedules(list, LocalDate.EPOCH).size() > Policies.MOST_SCHEDULES)
        .isPresent()) {
      throw arguments.wrong(
          "Policy",
          "comes to more than "
              + Policies.MOST_SCHEDULES
              + " schedules: one a rule, and one an hour where `IntervalDays` counts",
          "超过 " + Policies.MOST_SCHEDULES + " 个定时（每条规则一个；使用 `IntervalDays` 时每个小时一个）");
    }
    return rules;
  }

  private static Rule rule(Arguments rule) {
    SortedSet<Integer> hours = numbers(rule, "Hour", HOURS, 0, HOURS - 1);
    if (hours.isEmpty()) {
      throw rule.missing("Hour");
    }
    SortedSet<Integer> weekdays = numbers(rule, "DayOfWeek", MOST_DAYS, 0, 6);
    SortedSet<Integer> days = numbers(rule, "DayOfMonth", MOST_DAYS, 1, MOST_DAYS);
    long interval = rule.number("IntervalDays", 0, LONGEST_INTERVAL).orElse(0);
    // Of several only one counts, in this order.
    if (!weekdays.isEmpty()) {
      return new Rule.Weekly(hours, weekdays);
    }
    if (!days.isEmpty()) {
      return new Rule.Monthly(hours, days);
    }
    if (interval == 0) {
      throw rule.missing("DayOfWeek");
    }
    return new Rule.Every(hours, (int) interval);
  }

  private static SortedSet<Integer> numbers(
      Arguments rule, String name, int most, int lowest, int highest) {
    return rule.numbers(name, most, lowest, highest).orElse(List.of()).stream()
        .map(Long::intValue)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// @param today on which an interval begins
  static List<String> schedules(List<Rule> rules, LocalDate today) {
    List<String> schedules = new ArrayList<>();
    for (Rule rule : rules) {
      switch (rule) {
        case Rule.Weekly weekly ->
            schedules.add("0 " + joined(weekly.hours()) + " * * " + joined(weekly.days()));
        case Rule.Monthly monthly ->
            schedules.add("0 " + joined(monthly.hours()) + " " + joined(monthly.days()) + " * *");
        case Rule.Every every ->
            every
                .hours()
                .forEach(
                    hour ->
                        schedules.add(
                            String.format(
                                Locale.ROOT, "R/%sT%02d:00/P%dD", today, hour, every.days())));
      }
    }
    return schedules;
  }

  private static String joined(SortedSet<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /// The rules that mean the same as schedules; empty when no rules do.
  static Optional<List<Rule>> of(List<String> schedules) {
    List<Rule> rules = new ArrayList<>();
    String interval = "";
    for (String schedule : schedules) {
      Matcher matcher = INTERVAL.matcher(schedule);
      if (matcher.matches()) {
        String key = matcher.group(1) + " " + matcher.group(3);
        SortedSet<Integer> hours = new TreeSet<>();
        if (key.equals(interval)) {
          hours.addAll(rules.removeLast().hours());
        }
        hours.add(Integer.valueOf(matcher.group(2)));
        rules.add(new Rule.Every(hours, Integer.parseInt(matcher.group(3))));
        interval = key;
      } else {
        Optional<Rule> rule = ofCron(schedule);
        if (rule.isEmpty()) {
          return Optional.empty();
        }
        rules.add(rule.get());
        interval = "";
      }
    }
    return Optional.of(rules);
  }

  private static Optional<Rule> ofCron(String cron) {
    List<String> fields = List.of(cron.strip().split("\\s+", -1));
    if (fields.size() != 5 || !fields.get(0).matches("00?") || !fields.get(3).equals("*")) {
      return Optional.empty();
    }
    Optional<SortedSet<Integer>> hours = expanded(fields.get(1), 0, HOURS - 1);
    boolean everyDay = fields.get(2).equals("*");
    boolean everyWeekday = fields.get(4).equals("*");
    if (hours.isEmpty() || (!everyDay && !everyWeekday)) {
      return Optional.empty();
    }
    return everyDay
        ? expanded(fields.get(4), 0, 7)
            .map(days -> new Rule.Weekly(hours.get(), withSundayAsNought(days)))
        : expanded(fields.get(2), 1, MOST_DAYS).map(days -> new Rule.Monthly(hours.get(), days));
  }

  private static SortedSet<Integer> withSundayAsNought(SortedSet<Integer> days) {
    return days.stream().map(day -> day % 7).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<SortedSet<Integer>> expanded(String field, int lowest, int highest) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String part : field.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      int first = matcher.group(1) == null ? lowest : Integer.parseInt(matcher.group(1));
      boolean alone = matcher.group(1) != null && matcher.group(2) == null;
      int last = matcher.group(2) == null ? highest : Integer.parseInt(matcher.group(2));
      int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
      if (alone && matcher.group(3) == null) {
        last = first;
      }
      if (first < lowest || last > highest || first > last) {
        return Optional.empty();
      }
      for (int number = first; number <= last; number += step) {
        numbers.add(number);
      }
    }
    return Optional.of(numbers);
  }

  static List<Fields> shown(List<Rule> rules) {
    return rules.stream()
        .map(
            rule ->
                switch (rule) {
                  case Rule.Weekly weekly ->
                      new Fields()
                          .put("DayOfWeek", List.copyOf(weekly.days()))
                          .put("Hour", List.copyOf(weekly.hours()))
                          .put("DayOfMonth", List.of())
                          .putNull("IntervalDays");
                  case Rule.Monthly monthly ->
                      new Fields()
                          .put("DayOfWeek", List.of())
                          .put("Hour", List.copyOf(monthly.hours()))
                          .put("DayOfMonth", List.copyOf(monthly.days()))
                          .putNull("IntervalDays");
                  case Rule.Every every ->
                      new Fields()
                          .put("DayOfWeek", List.of())
                          .put("Hour", List.copyOf(every.hours()))
                          .put("DayOfMonth", List.of())
                          .put("IntervalDays", every.days());
                })
        .toList();
  }
}
