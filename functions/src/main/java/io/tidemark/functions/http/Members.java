package io.tidemark.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// The members of a JSON object, read one by one; what does not fit is refused by its name. A
/// member that is null counts as absent, but for [#isNull].
public final class Members {
  private final String path;
  private final ObjectNode object;

  private Members(String path, ObjectNode object) {
    this.path = path;
    this.object = object;
  }

  static Members of(String path, ObjectNode object, Set<String> known) {
    Members members = new Members(path, object);
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw members.wrong(
                    Percent.shown(name),
                    "is not known here (known: "
                        + String.join(", ", known.stream().sorted().toList())
                        + ")");
              }
            });
    return members;
  }

  /// Whether it is there, be it null.
  public boolean has(String name) {
    return object.has(name);
  }

  /// Whether it is there and null.
  public boolean isNull(String name) {
    return object.has(name) && object.get(name).isNull();
  }

  public Optional<String> text(String name) {
    return find(name)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw wrong(name, "is not a text");
              }
              return checked(name, node.textValue());
            });
  }

  public String requiredText(String name) {
    return text(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  /// What `parse` makes of a text; what it finds wrong is told.
  public <T> Optional<T> value(String name, Function<String, T> parse) {
    return text(name).map(text -> parsed(name, () -> parse.apply(text)));
  }

  public <T> T required(String name, Function<String, T> parse) {
    return value(name, parse).orElseThrow(() -> wrong(name, "is missing"));
  }

  public OptionalLong number(String name, long lowest, long highest) {
    Optional<JsonNode> found = find(name);
    if (found.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode node = found.get();
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < lowest
        || node.longValue() > highest) {
      throw wrong(name, "is not a whole number from " + lowest + " to " + highest);
    }
    return OptionalLong.of(node.longValue());
  }

  public Optional<Boolean> flag(String name) {
    return find(name)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw wrong(name, "is neither true nor false");
              }
              return node.booleanValue();
            });
  }

  public Optional<Instant> instant(String name) {
    return value(name, text -> Instants.parse(path + name, text));
  }

  /// An object of texts by name.
  public Optional<SortedMap<String, String>> texts(String name, int most) {
    return find(name)
        .map(
            node -> {
              if (!(node instanceof ObjectNode texts)) {
                throw wrong(name, "is not an object of texts");
              }
              if (texts.size() > most) {
                throw wrong(
                    name, "has " + texts.size() + " members, and at most " + most + " may be");
              }
              SortedMap<String, String> values = new TreeMap<>();
              texts
                  .properties()
                  .forEach(
                      member -> {
                        if (!member.getValue().isTextual()) {
                          throw wrong(name + "." + Percent.shown(member.getKey()), "is not a text");
                        }
                        values.put(
                            checked(name, member.getKey()),
                            checked(name, member.getValue().textValue()));
                      });
              return values;
            });
  }

  /// A list of what `parse` makes of texts.
  public <T> Optional<List<T>> list(String name, int most, Function<String, T> parse) {
    return find(name)
        .map(
            node -> {
              if (!node.isArray()) {
                throw wrong(name, "is not a list of texts");
              }
              if (node.size() > most) {
                throw wrong(name, "has " + node.size() + " texts, and at most " + most + " may be");
              }
              List<T> values = new ArrayList<>();
              for (int i = 0; i < node.size(); i++) {
                String place = name + "[" + i + "]";
                JsonNode element = node.get(i);
                if (!element.isTextual()) {
                  throw wrong(place, "is not a text");
                }
                values.add(parsed(place, () -> parse.apply(checked(place, element.textValue()))));
              }
              return List.copyOf(values);
            });
  }

  /// An object inside.
  public Optional<Members> members(String name, Set<String> known) {
    return find(name)
        .map(
            node -> {
              if (!(node instanceof ObjectNode inner)) {
                throw wrong(name, "is not an object");
              }
              return of(path + name + ".", inner, known);
            });
  }

  /// To be thrown when a member does not fit.
  public ProblemException wrong(String name, String what) {
    return ProblemException.field(path + name, "'" + path + name + "' " + what);
  }

  private Optional<JsonNode> find(String name) {
    return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
  }

  private <T> T parsed(String name, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw ProblemException.field(path + name, String.valueOf(e.getMessage()));
    }
  }

  /// Half a character cannot be stored.
  private String checked(String name, String text) {
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw wrong(name, "is not text: it has half a character");
    }
    return text;
  }
}
