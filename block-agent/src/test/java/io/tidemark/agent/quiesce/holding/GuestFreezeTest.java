package io.tidemark.agent.quiesce.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.repository.journal.Consistency;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A guest agent as its protocol has it: a real one would freeze this very machine.
@Timeout(120)
class GuestFreezeTest {
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  @TempDir private Path folder;
  private Path socket = Path.of("/");
  private ServerSocketChannel server;
  private volatile String silentAt = "";
  private volatile String status = "thawed";
  private volatile String count = "2";

  @BeforeEach
  void serve() throws IOException {
    socket = folder.resolve("qga.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread _ = Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /// One connection after the other, as QEMU does.
  private void accept() {
    try {
      while (true) {
        try (SocketChannel channel = server.accept()) {
          converse(channel);
        }
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private void converse(SocketChannel channel) {
    try (BufferedReader reader =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1))) {
      // What an earlier conversation left behind.
      write(channel, "{\"return\": 17}\n");
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        answer(channel, line);
      }
    } catch (IOException _) {
      // Who asked is gone.
    }
  }

  private void answer(SocketChannel channel, String line) throws IOException {
    Matcher command = Pattern.compile("guest-[a-z-]+").matcher(line);
    assertThat(command.find()).as(line).isTrue();
    String name = command.group();
    if (!name.startsWith("guest-sync")) {
      asked.add(name);
    }
    if (name.equals(silentAt)) {
      return;
    }
    switch (name) {
      case "guest-sync-delimited" -> {
        Matcher id = ID.matcher(line);
        assertThat(id.find()).isTrue();
        write(channel, "\u00ff{\"return\": " + id.group(1) + "}\n");
      }
      case "guest-fsfreeze-status" -> write(channel, "{\"return\": \"" + status + "\"}\n");
      case "guest-fsfreeze-freeze", "guest-fsfreeze-thaw" ->
          write(channel, "{\"return\": " + count + "}\n");
      case String _ ->
          write(channel, "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}\n");
    }
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      int _ = channel.write(bytes);
    }
  }

  private Quiescing quiescing(String options) throws QuiesceException {
    return Quiescing.of(
        new QuiesceWish(List.of(QuiesceStep.parse("guest:" + socket + options)), Optional.empty()),
        List.of());
  }

  private String next() throws InterruptedException {
    return String.valueOf(asked.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void freezesAndThawsTheMachine() throws Exception {
    try (Quiescing quiescing = quiescing("")) {
      List<String> before = quiescing.<List<String>, IOException>during(() -> List.copyOf(asked));
      assertThat(before).containsExactly("guest-fsfreeze-status", "guest-fsfreeze-freeze");
      assertThat(quiescing.outcome().consistency()).contains(Consistency.FILESYSTEM);
    }
    assertThat(asked)
        .containsExactly("guest-fsfreeze-status", "guest-fsfreeze-freeze", "guest-fsfreeze-thaw");
  }

  @Test
  void leavesAMachineAloneThatSomebodyElseHasFrozen() throws Exception {
    status = "frozen";
    try (Quiescing quiescing = quiescing("")) {
      assertThatThrownBy(() -> quiescing.<String, IOException>during(() -> "taken"))
          .hasMessageContaining("frozen already");
    }
    assertThat(asked).containsExactly("guest-fsfreeze-status");
  }

  @Test
  void noticesThatTheMachineThawedByItself() throws Exception {
    try (Quiescing quiescing = quiescing("")) {
      assertThatThrownBy(
              () ->
                  quiescing.<String, IOException>during(
                      () -> {
                        count = "0";
                        return "taken";
                      }))
          .hasMessageContaining("somebody has thawed the machine meanwhile");
    }
  }

  @Test
  void saysWhenNobodyAnswers() throws Exception {
    silentAt = "guest-sync-delimited";
    try (Quiescing quiescing = quiescing("?timeout=300ms")) {
      assertThatThrownBy(() -> quiescing.<String, IOException>during(() -> "taken"))
          .hasMessageContaining("is qemu-guest-agent running in the machine");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void thawsAMachineThatFreezesTooSlowly() throws Exception {
    silentAt = "guest-fsfreeze-freeze";
    try (Quiescing quiescing = quiescing("?timeout=300ms&otherwise=crash")) {
      assertThat(quiescing.<String, IOException>during(() -> "taken")).isEqualTo("taken");
      assertThat(quiescing.outcome().consistency()).isEmpty();
    }
    assertThat(asked).endsWith("guest-fsfreeze-freeze", "guest-fsfreeze-thaw");
  }

  @Test
  void thawsTheMachineWhenKilled() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HoldingProcess.class.getName(),
                // guard, armed, begun, instant
                "4",
                "600000",
                "guest:" + socket)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(next()).isEqualTo("guest-fsfreeze-status");
    assertThat(next()).isEqualTo("guest-fsfreeze-freeze");
    process.destroyForcibly();
    assertThat(next()).isEqualTo("guest-fsfreeze-thaw");
  }
}
