package io.tidemark.agent.nbd;

import io.tidemark.agent.socket.TimedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// What the bytes of one connection go through.
interface Wire extends AutoCloseable {
  /// Fills all that remains of `into`.
  void read(ByteBuffer into) throws IOException;

  /// Writes all that remains of `from`.
  void write(ByteBuffer from) throws IOException;

  /// What it goes over in the end.
  TimedChannel channel();

  /// Bounds all that is asked for from now on.
  default void within(Duration timeout) {
    channel().within(timeout);
  }

  @Override
  default void close() {
    channel().close();
  }

  /// The channel itself.
  record Plain(TimedChannel channel) implements Wire {
    @Override
    public void read(ByteBuffer into) throws IOException {
      channel.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      channel.write(from);
    }
  }
}
