package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The OpenAPI description, and whether an answer is what it says.
final class Description {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  final JsonNode document;

  Description() {
    try (InputStream in =
        Description.class.getResourceAsStream("/io/tidemark/functions/openapi.json")) {
      document = JSON.readTree(Objects.requireNonNull(in));
      resolve(document.path("paths"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts parameters and responses in the place of what refers to them.
  private void resolve(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(member -> member.setValue(resolved(member.getValue())));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, resolved(array.get(i)));
      }
    }
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    if (reference.startsWith("#/components/parameters/")
        || reference.startsWith("#/components/responses/")) {
      JsonNode meant = document.at(reference.substring(1));
      assertThat(meant.isMissingNode()).as(reference).isFalse();
      return meant;
    }
    resolve(node);
    return node;
  }

  /// Every operation: `GET /v1/volumes volume-list`.
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            operations.add(
                                method.getKey().toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey()
                                    + " "
                                    + method.getValue().path("operationId").asText())));
    return operations;
  }

  Optional<JsonNode> operation(String method, String path) {
    List<String> segments = List.of(path.split("/", -1));
    for (var described : document.path("paths").properties()) {
      List<String> template = List.of(described.getKey().split("/", -1));
      boolean fits = template.size() == segments.size();
      for (int i = 0; fits && i < segments.size(); i++) {
        fits = template.get(i).startsWith("{") || template.get(i).equals(segments.get(i));
      }
      JsonNode operation = described.getValue().path(method.toLowerCase(Locale.ROOT));
      if (fits && !operation.isMissingNode()) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  /// Checks that an answer is one that is described, if its operation is.
  void check(String method, String path, HttpResponse<String> answer) {
    if (answer.headers().firstValue("Content-Type").orElse("").equals("application/problem+json")) {
      assertValid("Problem", reference("Problem"), answer.body());
    }
    Optional<JsonNode> operation = operation(method, path);
    if (operation.isEmpty()) {
      return;
    }
    JsonNode responses = operation.get().path("responses");
    String status = Integer.toString(answer.statusCode());
    JsonNode response = responses.path(responses.has(status) ? status : "default");
    String what = method + " " + path + " " + answer.statusCode();
    assertThat(response.isMissingNode()).as("%s is described", what).isFalse();
    JsonNode content = response.path("content");
    if (answer.body().isEmpty()) {
      assertThat(content.isMissingNode() || method.equals("HEAD"))
          .as("%s has no body", what)
          .isTrue();
      return;
    }
    String type = answer.headers().firstValue("Content-Type").orElseThrow();
    assertThat(content.has(type)).as("%s is %s", what, type).isTrue();
    assertValid(what, content.path(type).path("schema"), answer.body());
    response
        .path("headers")
        .properties()
        .forEach(
            header ->
                assertThat(answer.headers().firstValue(header.getKey()))
                    .as("%s has %s", what, header.getKey())
                    .isPresent());
  }

  private static ObjectNode reference(String schema) {
    return JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema);
  }

  private void assertValid(String what, JsonNode schema, String body) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", document.path("components"));
    try {
      Set<ValidationMessage> wrong = SCHEMAS.getSchema(whole, STRICT).validate(JSON.readTree(body));
      assertThat(wrong).as("%s: %s", what, body).isEmpty();
    } catch (JsonProcessingException e) {
      throw new AssertionError(what + " is no JSON: " + body, e);
    }
  }
}
