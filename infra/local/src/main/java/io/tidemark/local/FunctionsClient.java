package io.tidemark.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls functions over HTTP, as anybody may who has the token.
final class FunctionsClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI functions;
  private final String token;

  FunctionsClient(URI functions, String token) {
    this.functions = functions;
    this.token = token;
  }

  /// @param name of the function
  /// @param request a JSON document
  /// @throws QuickstartFailure with the problem that the function answers
  JsonNode call(String name, Object request)
      throws QuickstartFailure, IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(functions.resolve("/" + name))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    JsonNode document = JSON.readTree(answer.body());
    if (answer.statusCode() != 200) {
      throw new QuickstartFailure(
          1,
          "The function "
              + name
              + " answered "
              + answer.statusCode()
              + ": "
              + document.path("detail").asString());
    }
    return document;
  }

  @Override
  public void close() {
    client.close();
  }
}
