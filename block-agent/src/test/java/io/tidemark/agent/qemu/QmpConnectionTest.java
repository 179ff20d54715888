package io.tidemark.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QmpConnectionTest {
  private static final String GREETING =
      "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 9, \"minor\": 2, \"major\": 7}}}}\n";
  private static final String DONE = "{\"return\": {}, \"id\": \"tidemark-0\"}\n";

  @TempDir private Path folder;

  /// Says the first before anything is asked, and each other one after a line has come.
  private Script monitor(String... says) throws IOException {
    return new Script(folder.resolve("qmp"), List.of(says));
  }

  private static final class Script implements AutoCloseable {
    private final ServerSocketChannel listener =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX);

    Script(Path socket, List<String> says) throws IOException {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual().start(() -> run(says));
    }

    private void run(List<String> says) {
      try (SocketChannel one = listener.accept();
          OutputStream out = Channels.newOutputStream(one);
          BufferedReader in =
              new BufferedReader(
                  new InputStreamReader(Channels.newInputStream(one), StandardCharsets.UTF_8))) {
        for (int i = 0; i < says.size(); i++) {
          if (i > 0 && in.readLine() == null) {
            return;
          }
          out.write(says.get(i).getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
        while (in.readLine() != null) {}
      } catch (IOException _) {
        // The client has had enough.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void keepsEventsThatComeBetween() throws Exception {
    String event =
        "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 250000},"
            + " \"event\": \"JOB_STATUS_CHANGE\","
            + " \"data\": {\"status\": \"created\", \"id\": \"job\"}}\n";
    try (Script _ =
            monitor(GREETING, DONE, event + event + "{\"return\": [1], \"id\": \"tidemark-1\"}\n");
        QmpConnection connection = QmpConnection.open(folder.resolve("qmp"))) {
      assertThat(connection.execute("x", Map.of("a", true))).isEqualTo(List.of(1));
      assertThat(connection.events()).hasSize(2);
      assertThat(connection.events().getFirst().at())
          .isEqualTo(Instant.ofEpochSecond(1_700_000_000, 250_000_000));
      assertThat(connection.greeting()).isEqualTo(new QmpMessage.Greeting(7, 2));
    }
  }

  @Test
  void saysWhatQemuSays() throws Exception {
    String refused =
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"No can do\"},"
            + " \"id\": \"tidemark-1\"}\n";
    try (Script _ = monitor(GREETING, DONE, refused);
        QmpConnection connection = QmpConnection.open(folder.resolve("qmp"))) {
      assertThatThrownBy(() -> connection.execute("blockdev-add", Map.of()))
          .isInstanceOf(QemuException.class)
          .hasMessage("QEMU refused blockdev-add: No can do");
    }
  }

  @Test
  void takesNothingElseForAMonitor() throws Exception {
    for (String said : List.of("220 mail\r\n", "[]\n", "{\"QMP\": 1}\n", DONE)) {
      java.nio.file.Files.deleteIfExists(folder.resolve("qmp"));
      try (Script _ = monitor(said)) {
        assertThatThrownBy(() -> QmpConnection.open(folder.resolve("qmp")))
            .as(said)
            .isInstanceOf(QemuException.class)
            .returns(QemuException.Kind.PROTOCOL, e -> ((QemuException) e).kind());
      }
    }
  }

  @Test
  void refusesWhatIsTooOld() throws Exception {
    try (Script _ = monitor(GREETING.replace("\"minor\": 2", "\"minor\": 1"), DONE)) {
      assertThatThrownBy(() -> QemuMonitor.open(folder.resolve("qmp")))
          .isInstanceOf(QemuException.class)
          .hasMessage("QEMU 7.1 is too old; 7.2 is the least");
    }
  }
}
