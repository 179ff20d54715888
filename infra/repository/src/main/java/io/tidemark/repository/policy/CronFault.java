package io.tidemark.repository.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// What is wrong with a cron expression, in people's words: which of its fields, and what in it.
/// Asked only of what the parser refused, whose own words speak of its classes.
final class CronFault {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final List<Field> FIELDS =
      List.of(
          new Field("minute", 0, 59, List.of()),
          new Field("hour", 0, 23, List.of()),
          new Field("day of month", 1, 31, List.of()),
          new Field("month", 1, 12, MONTHS),
          new Field("day of week", 0, 7, DAYS));

  private CronFault() {}

  /// @param names of the values from `least` on
  private record Field(String name, int least, int most, List<String> names) {
    String range() {
      return least
          + " to "
          + most
          + (names.isEmpty() ? "" : " or " + names.getFirst() + " to " + names.getLast());
    }

    Optional<Integer> value(String text) {
      int named = names.indexOf(text.toUpperCase(Locale.ROOT));
      if (named >= 0) {
        return Optional.of(least + named);
      }
      if (!text.matches("[0-9]{1,4}")) {
        return Optional.empty();
      }
      int number = Integer.parseInt(text);
      return number < least || number > most ? Optional.empty() : Optional.of(number);
    }
  }

  /// The first thing that is wrong, such as `field 2, the hour, is '25': wanted 0 to 23`.
  static String of(String expression) {
    String stripped = expression.strip();
    if (stripped.isEmpty()) {
      return "it is empty";
    }
    List<String> fields = List.of(stripped.split("\\s+", -1));
    if (fields.size() != FIELDS.size()) {
      return "it has " + fields.size() + (fields.size() == 1 ? " field" : " fields") + ", not 5";
    }
    return IntStream.range(0, fields.size())
        .mapToObj(
            i ->
                fault(FIELDS.get(i), fields.get(i))
                    .map(
                        what ->
                            "field "
                                + (i + 1)
                                + ", the "
                                + FIELDS.get(i).name()
                                + ", is '"
                                + fields.get(i)
                                + "': "
                                + what))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("its fields do not go together");
  }

  private static Optional<String> fault(Field field, String text) {
    for (String item : parts(text, ",")) {
      List<String> stepped = parts(item, "/");
      if (stepped.size() > 2) {
        return Optional.of("more than one '/'");
      }
      if (stepped.size() == 2 && !stepped.getLast().matches("[1-9][0-9]{0,3}")) {
        return Optional.of("after '/' a number of 1 or more is wanted");
      }
      Optional<String> wrong = range(field, stepped.getFirst());
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> range(Field field, String text) {
    if (text.equals("*")) {
      return Optional.empty();
    }
    List<String> ends = parts(text, "-");
    List<Integer> values = new ArrayList<>();
    for (String end : ends) {
      Optional<Integer> value = field.value(end);
      if (value.isEmpty() || ends.size() > 2) {
        return Optional.of(
            "wanted "
                + field.range()
                + ", a range like "
                + field.least()
                + "-"
                + field.most()
                + ", a list with ',', a step like */2, or *");
      }
      values.add(value.get());
    }
    return values.getFirst() > values.getLast()
        ? Optional.of("the range " + text + " ends before it begins")
        : Optional.empty();
  }

  private static List<String> parts(String text, String separator) {
    return List.of(text.split(separator, -1));
  }
}
