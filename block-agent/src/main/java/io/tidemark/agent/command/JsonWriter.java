package io.tidemark.agent.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes one JSON document. Members keep the order they are written in; what is not there is
/// `null`, so that every document of a kind has the same members.
public final class JsonWriter {
  private final JsonGenerator json;

  private JsonWriter(JsonGenerator json) {
    this.json = json;
  }

  /// What makes part of a document.
  @FunctionalInterface
  public interface Part {
    void write(JsonWriter json);
  }

  private interface Step {
    void run() throws IOException;
  }

  /// Writes the document that `part` makes, and a line end.
  public static void write(Writer out, Part part) {
    run(
        () -> {
          JsonFactory factory =
              JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
          try (JsonGenerator generator = factory.createGenerator(out)) {
            part.write(new JsonWriter(generator));
          }
          out.write('\n');
          out.flush();
        });
  }

  public JsonWriter object(Part members) {
    run(json::writeStartObject);
    members.write(this);
    run(json::writeEndObject);
    return this;
  }

  public JsonWriter object(String name, Part members) {
    run(() -> json.writeFieldName(name));
    return object(members);
  }

  /// @param write writes one element
  public <T> JsonWriter array(Iterable<T> elements, Consumer<T> write) {
    run(json::writeStartArray);
    elements.forEach(write);
    run(json::writeEndArray);
    return this;
  }

  /// @param each gives the elements one after the other, however many there are
  public <T> JsonWriter array(Consumer<Consumer<T>> each, Consumer<T> write) {
    run(json::writeStartArray);
    each.accept(write);
    run(json::writeEndArray);
    return this;
  }

  public <T> JsonWriter array(String name, Iterable<T> elements, Consumer<T> write) {
    run(() -> json.writeFieldName(name));
    return array(elements, write);
  }

  /// A text as an element of an array.
  public JsonWriter text(String value) {
    run(() -> json.writeString(value));
    return this;
  }

  public JsonWriter put(String name, String value) {
    run(() -> json.writeStringField(name, value));
    return this;
  }

  public JsonWriter put(String name, long value) {
    run(() -> json.writeNumberField(name, value));
    return this;
  }

  public JsonWriter put(String name, boolean value) {
    run(() -> json.writeBooleanField(name, value));
    return this;
  }

  /// Seconds, with milliseconds.
  public JsonWriter putSeconds(String name, long milliseconds) {
    run(() -> json.writeNumberField(name, BigDecimal.valueOf(milliseconds, 3)));
    return this;
  }

  public JsonWriter putAbsent(String name) {
    run(() -> json.writeNullField(name));
    return this;
  }

  /// A number, or the text of anything else, or null.
  public JsonWriter put(String name, Optional<?> value) {
    switch (value.orElse(null)) {
      case null -> putAbsent(name);
      case Long number -> put(name, number.longValue());
      case Integer number -> put(name, number.longValue());
      case BigDecimal number -> run(() -> json.writeNumberField(name, number));
      case Object other -> put(name, other.toString());
    }
    return this;
  }

  public JsonWriter put(String name, Map<String, String> texts) {
    return object(name, members -> texts.forEach(members::put));
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
