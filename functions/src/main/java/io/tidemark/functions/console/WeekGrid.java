package io.tidemark.functions.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Hours of the week, as a grid and as cron expressions.
///
/// @param ticked each `DAY-HOUR`, with days from 0 for Monday
/// @param others expressions that no grid can show
record WeekGrid(SortedSet<String> ticked, List<String> others) {
  /// On the hour, at listed hours, on listed days of the week.
  private static final Pattern ON_THE_HOUR =
      Pattern.compile("0 ([0-9]{1,2}(?:,[0-9]{1,2})*|\\*) \\* \\* ([0-7](?:,[0-7])*|\\*)");

  WeekGrid {
    others = List.copyOf(others);
  }

  /// What of some expressions a grid shows.
  static WeekGrid of(List<String> expressions) {
    SortedSet<String> ticked = new TreeSet<>();
    List<String> others = new ArrayList<>();
    for (String expression : expressions) {
      Matcher matcher = ON_THE_HOUR.matcher(expression.strip());
      if (matcher.matches()) {
        for (int day : days(matcher.group(2))) {
          for (int hour : numbers(matcher.group(1), 24)) {
            ticked.add(day + "-" + hour);
          }
        }
      } else {
        others.add(expression);
      }
    }
    return new WeekGrid(ticked, others);
  }

  /// The fewest expressions that say the same, days with the same hours together; the others after
  /// them.
  List<String> expressions() {
    Map<String, List<Integer>> daysByHours = new LinkedHashMap<>();
    for (int day = 0; day < 7; day++) {
      int today = day;
      String hours =
          IntStream.range(0, 24)
              .filter(hour -> ticked.contains(today + "-" + hour))
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(","));
      if (!hours.isEmpty()) {
        daysByHours.computeIfAbsent(hours, _ -> new ArrayList<>()).add(day);
      }
    }
    List<String> expressions = new ArrayList<>();
    daysByHours.forEach(
        (hours, days) ->
            expressions.add(
                "0 "
                    + hours
                    + " * * "
                    + (days.size() == 7
                        ? "*"
                        : days.stream()
                            .map(day -> Integer.toString((day + 1) % 7))
                            .collect(Collectors.joining(",")))));
    expressions.addAll(others);
    return expressions;
  }

  /// Reads the names of ticked boxes: `grid-DAY-HOUR`.
  static SortedSet<String> ticked(Set<String> names) {
    return names.stream()
        .filter(name -> name.matches("grid-[0-6]-(1?[0-9]|2[0-3])"))
        .map(name -> name.substring("grid-".length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Integer> days(String text) {
    return numbers(text, 7).stream().map(day -> (day + 6) % 7).toList();
  }

  private static List<Integer> numbers(String text, int all) {
    return text.equals("*")
        ? IntStream.range(0, all).boxed().toList()
        : List.of(text.split(",", -1)).stream().map(Integer::parseInt).toList();
  }
}
