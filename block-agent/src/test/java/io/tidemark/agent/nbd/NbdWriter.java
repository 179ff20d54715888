package io.tidemark.agent.nbd;

import io.tidemark.agent.socket.TimedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;

/// Somebody who writes to an export: a machine's disk, to a test. Each write has been acknowledged
/// when it returns.
public final class NbdWriter implements AutoCloseable {
  private static final int CMD_WRITE = 1;

  private final TimedChannel channel;
  private final Wire wire;
  private long cookie;

  public NbdWriter(Path socket, String export) throws IOException {
    NbdTarget target =
        new NbdTarget(
            new NbdEndpoint.Unix(socket), export, Optional.empty(), List.of(), NbdTimeouts.USUAL);
    channel =
        TimedChannel.connect(target.endpoint().socketAddress(), target.timeouts().negotiation());
    wire = new Negotiation(target, channel).run().wire();
  }

  public void write(long offset, byte[] bytes) throws IOException {
    wire.within(NbdTimeouts.USUAL.answer());
    cookie++;
    wire.write(
        ReplyCodec.request(
            ByteBuffer.allocate(Protocol.REQUEST_BYTES), CMD_WRITE, cookie, offset, bytes.length));
    wire.write(ByteBuffer.wrap(bytes));
    ByteBuffer reply = ByteBuffer.allocate(Protocol.SIMPLE_REPLY_BYTES);
    wire.read(reply);
    reply.flip();
    boolean fits =
        switch (reply.getInt()) {
          case Protocol.SIMPLE_REPLY -> reply.getInt() == 0;
          case Protocol.STRUCTURED_REPLY -> {
            int flagsAndType = reply.getInt();
            wire.read(ByteBuffer.allocate(4));
            yield flagsAndType == Protocol.CHUNK_DONE << 16;
          }
          default -> false;
        };
    if (!fits) {
      throw new AssertionFailedError("The server did not take a write at " + offset);
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
