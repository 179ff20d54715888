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

  /// @throws QuickstartFailure with the problem that the function answers
  JsonNode get(String path) throws QuickstartFailure, IOException, InterruptedException {
    return JSON.readTree(send(path, request(path).GET()));
  }

  /// @throws QuickstartFailure with the problem that the function answers
  void delete(String path) throws QuickstartFailure, IOException, InterruptedException {
    byte[] _ = send(path, request(path).DELETE());
  }

  /// @param key by which a repeated request is known
  /// @throws QuickstartFailure with the problem that the function answers
  JsonNode post(String path, String key, JsonNode body)
      throws QuickstartFailure, IOException, InterruptedException {
    return JSON.readTree(
        send(
            path,
            request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(functions.resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token);
  }

  private byte[] send(String path, HttpRequest.Builder request)
      throws QuickstartFailure, IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300) {
      throw new QuickstartFailure(
          1,
          path
              + " was answered with "
              + answer.statusCode()
              + ": "
              + JSON.readTree(answer.body()).path("detail").asString());
    }
    return answer.body();
  }

  @Override
  public void close() {
    client.close();
  }
}
