package io.tidemark.repository.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads the members of a stored JSON object one by one; whatever has the wrong shape is
/// [MalformedException] with the member's name.
public final class FieldsCodec {
  /// Turns text into a value.
  @FunctionalInterface
  public interface Parser<T> {
    /// Throws [IllegalArgumentException] when `text` is no such value.
    T parse(String text);
  }

  private final ObjectNode object;

  public FieldsCodec(ObjectNode object) {
    this.object = object;
  }

  public boolean has(String name) {
    return object.has(name);
  }

  public String text(String name) throws MalformedException {
    JsonNode node = present(name);
    if (!node.isTextual()) {
      throw new MalformedException("its '" + name + "' is not text");
    }
    return node.textValue();
  }

  public Optional<String> findText(String name) throws MalformedException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /// A value that is stored as text.
  public <T> T value(String name, Parser<T> parser) throws MalformedException {
    try {
      return parser.parse(text(name));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new MalformedException("its '" + name + "' is wrong: " + e.getMessage());
    }
  }

  public <T> Optional<T> findValue(String name, Parser<T> parser) throws MalformedException {
    return has(name) ? Optional.of(value(name, parser)) : Optional.empty();
  }

  public Instant time(String name) throws MalformedException {
    return value(name, Instant::parse);
  }

  public Optional<Instant> findTime(String name) throws MalformedException {
    return findValue(name, Instant::parse);
  }

  /// An integer from `least` to `most`.
  public long number(String name, long least, long most) throws MalformedException {
    JsonNode node = present(name);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new MalformedException("its '" + name + "' is not an integer");
    }
    long value = node.longValue();
    if (value < least || value > most) {
      throw new MalformedException(
          "its '" + name + "' is " + value + ", not from " + least + " to " + most);
    }
    return value;
  }

  /// An integer of 0 or more, or 0 when there is none.
  public long countOrZero(String name) throws MalformedException {
    return has(name) ? number(name, 0, Long.MAX_VALUE) : 0;
  }

  public boolean flag(String name) throws MalformedException {
    JsonNode node = present(name);
    if (!node.isBoolean()) {
      throw new MalformedException("its '" + name + "' is not true or false");
    }
    return node.booleanValue();
  }

  public ObjectNode object(String name) throws MalformedException {
    if (present(name) instanceof ObjectNode found) {
      return found;
    }
    throw new MalformedException("its '" + name + "' is not an object");
  }

  /// The objects of an array; none when there is no such member.
  public List<ObjectNode> objects(String name) throws MalformedException {
    if (!has(name)) {
      return Collections.emptyList();
    }
    if (!(present(name) instanceof ArrayNode array)) {
      throw new MalformedException("its '" + name + "' is not an array");
    }
    List<ObjectNode> result = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      if (!(element instanceof ObjectNode found)) {
        throw new MalformedException("its '" + name + "' holds something that is not an object");
      }
      result.add(found);
    }
    return Collections.unmodifiableList(result);
  }

  /// The texts of an array; none when there is no such member.
  public List<String> textList(String name) throws MalformedException {
    if (!has(name)) {
      return Collections.emptyList();
    }
    if (!(present(name) instanceof ArrayNode array)) {
      throw new MalformedException("its '" + name + "' is not an array");
    }
    List<String> result = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw new MalformedException("its '" + name + "' holds something that is not text");
      }
      result.add(element.textValue());
    }
    return Collections.unmodifiableList(result);
  }

  /// An object of texts; empty when there is no such member.
  public SortedMap<String, String> texts(String name) throws MalformedException {
    SortedMap<String, String> result = new TreeMap<>();
    if (has(name)) {
      FieldsCodec fields = new FieldsCodec(object(name));
      for (String key : (Iterable<String>) () -> fields.object.fieldNames()) {
        result.put(key, fields.text(key));
      }
    }
    return result;
  }

  private JsonNode present(String name) throws MalformedException {
    JsonNode node = object.get(name);
    if (node == null) {
      throw new MalformedException("it has no '" + name + "'");
    }
    return node;
  }
}
