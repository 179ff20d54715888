package io.tidemark.agent.qemu;

import io.tidemark.agent.socket.TimedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One connection to a monitor, which takes one at a time: it is held for as short as may be. For
/// one thread at a time.
final class QmpConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// What a machine with thousands of disks would send.
  private static final int LONGEST_LINE_BYTES = 64 << 20;

  private final Path socket;
  private final TimedChannel channel;
  private final UserPrincipal user;
  private final QmpMessage.Greeting greeting;
  private final ByteBuffer received = ByteBuffer.allocate(64 << 10).limit(0);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final List<QmpMessage.Event> events = new ArrayList<>();
  private long commands;

  private QmpConnection(Path socket, TimedChannel channel) throws IOException {
    this.socket = socket;
    this.channel = channel;
    user = channel.peer().orElseThrow().user();
    channel.within(PATIENCE);
    QmpMessage first;
    try {
      first = next();
    } catch (SocketTimeoutException e) {
      throw new QemuException(
          QemuException.Kind.UNREACHABLE,
          "the monitor "
              + socket
              + " does not greet; another program holds it. Give QEMU a second one for Tidemark:"
              + " -chardev socket,id=tm,path=…,server=on,wait=off -mon chardev=tm,mode=control",
          e);
    }
    if (!(first instanceof QmpMessage.Greeting greeted)) {
      throw QemuException.protocol("what listens on " + socket + " is no monitor of QEMU (QMP)");
    }
    greeting = greeted;
    Object _ = execute("qmp_capabilities", Map.of());
  }

  static QmpConnection open(Path socket) throws QemuException {
    TimedChannel channel;
    try {
      channel = TimedChannel.connect(UnixDomainSocketAddress.of(socket), PATIENCE);
    } catch (IOException e) {
      throw new QemuException(
          QemuException.Kind.UNREACHABLE,
          "the monitor "
              + socket
              + " cannot be connected to ("
              + e.getMessage()
              + "). Is QEMU running, and may this user write to that socket?",
          e);
    }
    boolean done = false;
    try {
      QmpConnection connection = new QmpConnection(socket, channel);
      done = true;
      return connection;
    } catch (IOException e) {
      throw named(socket, e);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /// Its version.
  QmpMessage.Greeting greeting() {
    return greeting;
  }

  /// Who made the socket: the user that QEMU runs as, mostly.
  UserPrincipal user() {
    return user;
  }

  /// What a command returned; events that came before are kept.
  ///
  /// @throws QemuException with the kind `REFUSED` and QEMU's own words when it was refused
  Object execute(String command, Map<String, ?> arguments) throws QemuException {
    String id = "tidemark-" + commands++;
    try {
      channel.within(PATIENCE);
      channel.write(
          ByteBuffer.wrap(
              (QmpCodec.command(command, arguments, id) + "\n").getBytes(StandardCharsets.UTF_8)));
      while (true) {
        switch (next()) {
          case QmpMessage.Returned(String answered, Object value) when answered.equals(id) -> {
            return value;
          }
          case QmpMessage.Failed(String answered, String why)
              when answered.equals(id) || answered.isEmpty() ->
              throw new QemuException(
                  QemuException.Kind.REFUSED, "QEMU refused " + command + ": " + why, null);
          case QmpMessage.Event event -> events.add(event);
          case QmpMessage.Returned _, QmpMessage.Failed _, QmpMessage.Greeting _ -> {
            // The answer to what somebody gave up on.
          }
        }
      }
    } catch (IOException e) {
      throw named(socket, e);
    }
  }

  /// Events that came so far.
  List<QmpMessage.Event> events() {
    return List.copyOf(events);
  }

  /// Waits until something happens, at most so long.
  void awaitEvent(Duration most) throws QemuException {
    try {
      channel.within(most);
      if (next() instanceof QmpMessage.Event event) {
        events.add(event);
      }
    } catch (SocketTimeoutException _) {
      // Then the caller looks for itself.
    } catch (IOException e) {
      throw named(socket, e);
    }
  }

  /// Keeps what came of a line that is not whole yet.
  private QmpMessage next() throws IOException {
    while (true) {
      while (received.hasRemaining()) {
        byte b = received.get();
        if (b == '\n') {
          String text = line.toString(StandardCharsets.UTF_8);
          line.reset();
          if (!text.isBlank()) {
            return QmpCodec.decode(text);
          }
        } else if (line.size() == 0 && b != '{' && !Character.isWhitespace(b)) {
          throw QemuException.protocol(
              "what listens on " + socket + " is no monitor of QEMU (QMP)");
        } else if (line.size() < LONGEST_LINE_BYTES) {
          line.write(b);
        } else {
          throw QemuException.protocol("a line of the monitor does not end");
        }
      }
      received.clear();
      try {
        channel.readSome(received);
      } finally {
        received.flip();
      }
    }
  }

  private static QemuException named(Path socket, IOException e) {
    return e instanceof QemuException named
        ? named
        : new QemuException(
            QemuException.Kind.PROTOCOL,
            "the monitor " + socket + " does not answer any more (" + e.getMessage() + ")",
            e);
  }

  @Override
  public void close() {
    channel.close();
  }
}
