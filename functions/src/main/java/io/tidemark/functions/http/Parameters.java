package io.tidemark.functions.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Parameters of a path or a query by name. All are known by the time a function sees them.
public record Parameters(Map<String, String> values) {
  public Parameters {
    values = Map.copyOf(values);
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// One that the path always has.
  public String required(String name) {
    return text(name).orElseThrow(() -> ProblemException.field(name, "'" + name + "' is missing"));
  }

  /// What `parse` makes of it; what it finds wrong is told.
  public <T> Optional<T> value(String name, Function<String, T> parse) {
    return text(name)
        .map(
            text -> {
              try {
                return parse.apply(text);
              } catch (IllegalArgumentException | DateTimeException e) {
                throw ProblemException.field(name, String.valueOf(e.getMessage()));
              }
            });
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
