package io.tidemark.functions.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The JSON object that a request carries, or none.
public final class JsonBody {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(20)
                          .maxNumberLength(40)
                          .maxNameLength(1_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final RawBody body;

  public JsonBody(RawBody body) {
    this.body = body;
  }

  /// The body that holds these members: texts, numbers, truth values, null, and lists and maps of
  /// such.
  public static RawBody of(Map<String, ? extends @Nullable Object> members) {
    try {
      return new RawBody(JSON.writeValueAsBytes(members));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not the members of a JSON object", e);
    }
  }

  /// Reads the object.
  ///
  /// @param known its members; any other is refused
  /// @throws ProblemException when it is none
  public Members members(Set<String> known) {
    return Members.of("", object(), known);
  }

  /// The object as plain values: maps, lists, `String`, `Boolean`, `BigInteger`, `Double`; without
  /// members that are null.
  ///
  /// @throws ProblemException when it is none
  public Map<String, Object> values() {
    return values(object());
  }

  private static Map<String, Object> values(ObjectNode object) {
    Map<String, Object> values = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              if (!member.getValue().isNull()) {
                values.put(member.getKey(), value(member.getValue()));
              }
            });
    return values;
  }

  private static Object value(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> values(object);
      case ArrayNode array -> {
        List<Object> values = new ArrayList<>();
        array.forEach(element -> values.add(value(element)));
        yield values;
      }
      case JsonNode leaf when leaf.isBoolean() -> leaf.booleanValue();
      case JsonNode leaf when leaf.isIntegralNumber() -> leaf.bigIntegerValue();
      case JsonNode leaf when leaf.isNumber() -> leaf.doubleValue();
      case JsonNode leaf when leaf.isNull() ->
          throw ProblemException.badRequest("There is a null in a list");
      case JsonNode leaf -> leaf.asText();
    };
  }

  private ObjectNode object() {
    if (body.length() == 0) {
      return JSON.createObjectNode();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.bytes())).toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.badRequest("The body is not UTF-8");
    }
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw ProblemException.badRequest("The body is not JSON: " + wrong(e));
    }
    if (!(node instanceof ObjectNode object)) {
      throw ProblemException.badRequest("The body is not a JSON object");
    }
    return object;
  }

  /// In words of our own: those of the parser speak of its classes and switches.
  private static String wrong(JsonProcessingException e) {
    String what =
        switch (e) {
          case JsonEOFException _ -> "it ends too early";
          case StreamConstraintsException _ ->
              "it is nested too deeply, or a number or a name in it is too long";
          case MismatchedInputException _ -> "something follows its end";
          default -> "something is out of place, or a name is there twice";
        };
    JsonLocation location = e.getLocation();
    return location == null
        ? what
        : what + ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
