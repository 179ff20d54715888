package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions and agent beside the embedded server.
class LocalServicesIT {
  /// Far more than functions wait for a store, and far less than the command does.
  private static final Duration LONG = Duration.ofSeconds(70);

  @Test
  void sayThatTheStoreIsAwayAsSoonAsFunctionsElsewhere(@TempDir Path folder) throws Exception {
    LocalServer server =
        LocalServer.start(LocalData.open(folder.resolve("data"), new SecureRandom()), 0);
    CommandEnvironment process =
        CommandEnvironment.ofThisProcess()
            .withVariables(Map.of("TIDEMARK_STATE", folder.resolve("state").toString()));
    try (LocalServices services = LocalServices.start(server, process, 0);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(services.uri().resolve("/v1/volumes"))
              .header("Authorization", "Bearer " + services.token())
              .timeout(LONG)
              .build();
      HttpResponse<String> before = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(before.body()).contains("NO_REPOSITORY");
      server.close();

      HttpResponse<String> after = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(after.statusCode()).isEqualTo(503);
      assertThat(after.body()).contains("STORE_UNAVAILABLE");
      assertThat(after.headers().firstValue("Retry-After")).isPresent();
    } finally {
      server.close();
    }
  }
}
