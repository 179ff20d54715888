package io.tidemark.agent.qemu;

import io.tidemark.agent.socket.TimedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// One conversation with the agent inside a machine, over the socket that its QEMU offers. That
/// takes one connection at a time, so it is held for one question only. For one thread.
public final class GuestAgent implements AutoCloseable {
  /// Begins an answer, and makes the agent forget what it was told half.
  private static final byte MARK = (byte) 0xff;

  private static final int LONGEST_LINE_BYTES = 1 << 20;

  private final Path socket;
  private final TimedChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(4096).limit(0);

  private GuestAgent(Path socket, TimedChannel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  /// Connects, and makes sure that the agent listens. All that is asked has to be answered within
  /// `timeout`, together.
  public static GuestAgent open(Path socket, Duration timeout) throws QemuException {
    TimedChannel channel;
    try {
      channel = TimedChannel.connect(UnixDomainSocketAddress.of(socket), timeout);
    } catch (IOException e) {
      throw new QemuException(
          QemuException.Kind.UNREACHABLE,
          "the guest agent's socket "
              + socket
              + " cannot be connected to ("
              + e.getMessage()
              + "). Is QEMU running, and may this user write to that socket?",
          e);
    }
    GuestAgent agent = new GuestAgent(socket, channel);
    boolean done = false;
    try {
      agent.sync();
      done = true;
      return agent;
    } finally {
      if (!done) {
        agent.close();
      }
    }
  }

  private void sync() throws QemuException {
    long id = System.nanoTime() & 0x7fffffff;
    try {
      send("guest-sync-delimited", Map.of("id", id));
      while (next() != MARK) {
        // What an earlier conversation left.
      }
      // The number tells this answer from one to somebody who gave up.
      while (!(answer() instanceof QmpMessage.Returned(String _, Number value)
          && value.longValue() == id)) {
        while (next() != MARK) {
          // The next one comes behind the next mark.
        }
      }
    } catch (IOException e) {
      throw named(e);
    }
  }

  /// Freezes all its file systems.
  ///
  /// @return how many
  public int freeze() throws QemuException {
    return count("guest-fsfreeze-freeze");
  }

  /// Thaws what is frozen.
  ///
  /// @return how many were
  public int thaw() throws QemuException {
    return count("guest-fsfreeze-thaw");
  }

  public boolean isFrozen() throws QemuException {
    return "frozen".equals(execute("guest-fsfreeze-status"));
  }

  private int count(String command) throws QemuException {
    if (execute(command) instanceof Number count) {
      return count.intValue();
    }
    throw QemuException.protocol("the guest agent does not tell how many file systems it meant");
  }

  private Object execute(String command) throws QemuException {
    try {
      send(command, Map.of());
      return switch (answer()) {
        case QmpMessage.Returned(String _, Object value) -> value;
        case QmpMessage.Failed(String _, String why) ->
            throw new QemuException(
                QemuException.Kind.REFUSED,
                "the guest agent refused " + command + ": " + why,
                null);
        case QmpMessage.Greeting _, QmpMessage.Event _ ->
            throw QemuException.protocol("what answers on " + socket + " is no guest agent");
      };
    } catch (IOException e) {
      throw named(e);
    }
  }

  private void send(String command, Map<String, ?> arguments) throws IOException {
    byte[] text = QmpCodec.command(command, arguments, "tidemark").getBytes(StandardCharsets.UTF_8);
    ByteBuffer line = ByteBuffer.allocate(text.length + 2);
    line.put(MARK).put(text).put((byte) '\n').flip();
    channel.write(line);
  }

  private QmpMessage answer() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      byte b = next();
      if (b == '\n' && line.size() > 0) {
        return QmpCodec.decode(line.toString(StandardCharsets.UTF_8));
      }
      if (b != '\n' && b != MARK) {
        line.write(b);
      }
      if (line.size() > LONGEST_LINE_BYTES) {
        throw QemuException.protocol("an answer of the guest agent does not end");
      }
    }
  }

  private byte next() throws IOException {
    if (!received.hasRemaining()) {
      received.clear();
      try {
        channel.readSome(received);
      } finally {
        received.flip();
      }
    }
    return received.get();
  }

  private QemuException named(IOException e) {
    return switch (e) {
      case QemuException named -> named;
      case SocketTimeoutException _ ->
          new QemuException(
              QemuException.Kind.UNREACHABLE,
              "the guest agent does not answer at "
                  + socket
                  + " in time; is qemu-guest-agent running in the machine, and does no other"
                  + " program hold its socket?",
              e);
      default ->
          new QemuException(
              QemuException.Kind.PROTOCOL,
              "the guest agent at " + socket + " does not answer (" + e.getMessage() + ")",
              e);
    };
  }

  @Override
  public void close() {
    channel.close();
  }
}
