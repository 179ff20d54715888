package io.tidemark.repository.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// The one JSON encoding of stored objects (FORMAT.md, «Canonical JSON»): UTF-8, no white space,
/// the members of every object in ascending order of their names, integers only.
public final class CanonicalJsonCodec {
  private static final int DEEPEST = 32;
  private static final int LONGEST_TEXT = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_TEXT)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CanonicalJsonCodec() {}

  /// A new object without members.
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// The canonical bytes of an object; `object` itself may be in any order.
  public static byte[] encode(ObjectNode object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = MAPPER.createGenerator(bytes)) {
      write(object, generator);
    } catch (IOException e) {
      throw new IllegalArgumentException("Not an encodable object", e);
    }
    return bytes.toByteArray();
  }

  /// The canonical text of an object.
  public static String text(ObjectNode object) {
    return new String(encode(object), StandardCharsets.UTF_8);
  }

  /// Decodes one object; its members may be in any order, for bytes are compared by their hash.
  public static ObjectNode decode(byte[] bytes) throws MalformedException {
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      JsonNode node = MAPPER.readTree(parser);
      if (node instanceof ObjectNode object && parser.nextToken() == null) {
        return object;
      }
      throw new MalformedException("it is not one JSON object");
    } catch (JsonProcessingException e) {
      throw new MalformedException("it is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedException("it is not JSON: " + e.getMessage());
    }
  }

  /// Decodes text that [#text] made.
  public static ObjectNode decode(String text) throws MalformedException {
    return decode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(JsonNode node, JsonGenerator generator) throws IOException {
    if (node instanceof ObjectNode object) {
      String[] names = new String[object.size()];
      int count = 0;
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        names[count++] = member.getKey();
      }
      Arrays.sort(names);
      generator.writeStartObject();
      for (String name : names) {
        generator.writeFieldName(name);
        write(object.get(name), generator);
      }
      generator.writeEndObject();
    } else if (node instanceof ArrayNode array) {
      generator.writeStartArray();
      for (JsonNode element : array) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (node.isTextual()) {
      generator.writeString(node.textValue());
    } else if (node.isIntegralNumber() && node.canConvertToLong()) {
      generator.writeNumber(node.longValue());
    } else if (node.isBoolean()) {
      generator.writeBoolean(node.booleanValue());
    } else {
      MAPPER.writeTree(generator, node); // only in members that this version does not know
    }
  }
}
