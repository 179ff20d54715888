package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.functions.wiring.ServiceSettings;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The functions of this process call an agent in a process of its own.
class WakeUpIT {
  private static final String TOKEN = "the-secret-of-an-operator";

  @TempDir private Path folder;
  private final RandomGenerator random = Seeded.random("WakeUpIT");

  @Test
  void anAgentThatLooksSeldomServesAtOnceWhatFunctionsAreAskedFor() throws Exception {
    Path image = Images.random(folder.resolve("db1.raw"), 1 << 20, random);
    int port = freePort();
    Path configuration =
        AgentFile.write(
            folder,
            Map.of("db1", image),
            """
            polling:
              least: 10m
              most: 10m
            listener:
              port: %d
              wake-up: http://127.0.0.1:%d/wake
            """
                .formatted(port, port));
    try (LocalServer server =
        LocalServer.start(LocalData.open(folder.resolve("s3"), new SecureRandom()), 0)) {
      new Cli(server.environment(), folder.resolve("state")).prepare("repository", "init");
      try (Requester requester = new Requester(server.environment(), random);
          AgentProcess agent = AgentProcess.start(server.environment(), configuration);
          S3ObjectStore store = new ServiceSettings(server.environment()).openStore();
          FunctionsServer functions =
              FunctionsServer.start(
                  FunctionsServer.Settings.local(
                      0, TOKEN, "test", InstantSource.system(), new SecureRandom()),
                  store);
          HttpClient client = HttpClient.newHttpClient()) {
        Running.await(() -> requester.knows("db1"));

        HttpResponse<String> asked =
            client.send(
                HttpRequest.newBuilder(functions.uri().resolve("/v1/volumes/db1/snapshots"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"howLateSeconds\":600}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        Matcher id = Pattern.compile("snap-[0-9a-f]{17}").matcher(asked.body());
        assertThat(id.find()).isTrue();
        SnapshotId snapshot = new SnapshotId(id.group());
        Running.await(
            () -> {
              Phase phase = requester.phase("db1", snapshot);
              assertThat(phase).as(agent::said).isNotInstanceOf(Phase.Failed.class);
              return phase instanceof Phase.Ready;
            });
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
