package io.tidemark.functions.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Parameters of a path or a query by name, each with a value or several. All are known by the time
/// a function sees them, and only those that may be repeated are.
public record Parameters(Map<String, List<String>> values) {
  public Parameters {
    Map<String, List<String>> copies = new HashMap<>();
    values.forEach((name, texts) -> copies.put(name, List.copyOf(texts)));
    values = Map.copyOf(copies);
  }

  public Optional<String> text(String name) {
    return texts(name).stream().findFirst();
  }

  /// Every value of one that may be repeated, in order.
  public List<String> texts(String name) {
    return values.getOrDefault(name, List.of());
  }

  /// One that the path always has.
  public String required(String name) {
    return text(name).orElseThrow(() -> ProblemException.field(name, "'" + name + "' is missing"));
  }

  /// What `parse` makes of it; what it finds wrong is told.
  public <T> Optional<T> value(String name, Function<String, T> parse) {
    return text(name).map(text -> parsed(name, text, parse));
  }

  /// What `parse` makes of each; what it finds wrong is told.
  public <T> List<T> values(String name, Function<String, T> parse) {
    return texts(name).stream().map(text -> parsed(name, text, parse)).toList();
  }

  private static <T> T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw ProblemException.field(name, String.valueOf(e.getMessage()));
    }
  }

  public int number(String name, int lowest, int highest, int otherwise) {
    return value(
            name,
            text -> {
              String range = "'" + name + "' is not a number from " + lowest + " to " + highest;
              if (!text.matches("-?[0-9]{1,9}")) {
                throw new IllegalArgumentException(range);
              }
              int number = Integer.parseInt(text);
              if (number < lowest || number > highest) {
                throw new IllegalArgumentException(range);
              }
              return number;
            })
        .orElse(otherwise);
  }

  public Optional<Instant> instant(String name) {
    return value(name, text -> Instants.parse(name, text));
  }

  /// `true` or `false`; false when it is not given.
  public boolean flag(String name) {
    return value(
            name,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "'" + name + "' is neither true nor false");
                })
        .orElse(false);
  }
}
