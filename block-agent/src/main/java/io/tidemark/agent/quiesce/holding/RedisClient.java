package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.socket.TimedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One connection to a Redis. All that is asked has to be answered in time, together.
final class RedisClient implements AutoCloseable {
  private static final int LONGEST_ANSWER_BYTES = 1 << 20;

  private final RedisOptions options;
  private final TimedChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(4096).limit(0);

  private RedisClient(RedisOptions options, TimedChannel channel) {
    this.options = options;
    this.channel = channel;
  }

  static RedisClient connect(RedisOptions options, Duration timeout) throws IOException {
    TimedChannel channel;
    try {
      channel = TimedChannel.connect(options.address(), timeout);
    } catch (IOException e) {
      throw new IOException(options + " cannot be connected to (" + e.getMessage() + ")", e);
    }
    RedisClient client = new RedisClient(options, channel);
    boolean done = false;
    try {
      if (options.password().isPresent()) {
        String password = options.password().get();
        String _ =
            options.user().isPresent()
                ? client.ask("AUTH", options.user().get(), password)
                : client.ask("AUTH", password);
      }
      done = true;
      return client;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  void within(Duration timeout) {
    channel.within(timeout);
  }

  /// What a command answers, as text.
  ///
  /// @throws IOException with the server's own words when it refuses
  String ask(String... words) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      command.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      command.writeBytes(bytes);
      command.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    try {
      channel.write(ByteBuffer.wrap(command.toByteArray()));
      String line = line();
      String rest = line.isEmpty() ? "" : line.substring(1);
      return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
        case '+', ':' -> rest;
        case '$' -> bulk(rest);
        case '-' -> throw new IOException("it refuses " + words[0] + ": " + rest);
        default -> throw new IOException("it is no Redis");
      };
    } catch (IOException e) {
      throw new IOException(options + ": " + e.getMessage(), e);
    }
  }

  private String bulk(String length) throws IOException {
    if (!length.matches("[0-9]{1,7}") || Integer.parseInt(length) > LONGEST_ANSWER_BYTES) {
      throw new IOException("its answer has no length");
    }
    byte[] bytes = new byte[Integer.parseInt(length)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = next();
    }
    String _ = line();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte b = next(); b != '\n'; b = next()) {
      if (b != '\r') {
        line.write(b);
      }
      if (line.size() > LONGEST_ANSWER_BYTES) {
        throw new IOException("its answer does not end");
      }
    }
    return line.toString(StandardCharsets.UTF_8);
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

  @Override
  public void close() {
    channel.close();
  }
}
