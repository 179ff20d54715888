package io.tidemark.agent.nbd;

import io.tidemark.agent.socket.TimedChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/// TLS over a channel, as its client.
final class TlsWire implements Wire {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TimedChannel channel;
  private final SSLEngine engine;

  /// From the channel; being filled.
  private final ByteBuffer received;

  /// For the channel; being filled.
  private final ByteBuffer toSend;

  /// For the reader; being emptied.
  private final ByteBuffer plain;

  /// @param engine in client mode, not begun
  /// @throws NbdException when the two do not come together
  TlsWire(TimedChannel channel, SSLEngine engine) throws IOException {
    this.channel = channel;
    this.engine = engine;
    int packetBytes = engine.getSession().getPacketBufferSize();
    received = ByteBuffer.allocate(packetBytes);
    toSend = ByteBuffer.allocate(packetBytes);
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    try {
      engine.beginHandshake();
      while (shakesHands()) {}
    } catch (SSLException e) {
      throw failed(e);
    }
  }

  private static NbdException failed(SSLException e) {
    return new NbdException(
        NbdException.Kind.REFUSED,
        "TLS failed ("
            + e.getMessage()
            + "); name a folder with its authority's ca-cert.pem, and client-cert.pem and"
            + " client-key.pem if it asks for them: ?tls-certificates=FOLDER",
        e);
  }

  /// Does the next step of a handshake; false when there is none.
  private boolean shakesHands() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> wrap(NOTHING);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
      case NEED_TASK -> runTasks();
      case NOT_HANDSHAKING, FINISHED -> {
        return false;
      }
    }
    return true;
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private void wrap(ByteBuffer from) throws IOException {
    toSend.clear();
    SSLEngineResult result = engine.wrap(from, toSend);
    channel.write(toSend.flip());
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new EOFException("the TLS connection was closed");
    }
  }

  private void unwrap() throws IOException {
    while (true) {
      received.flip();
      plain.clear();
      SSLEngineResult result;
      try {
        result = engine.unwrap(received, plain);
      } finally {
        received.compact();
        plain.flip();
      }
      switch (result.getStatus()) {
        case OK -> {
          return;
        }
        case BUFFER_UNDERFLOW -> channel.readSome(received);
        case BUFFER_OVERFLOW -> throw NbdException.protocol("a TLS record is longer than allowed");
        case CLOSED -> throw new EOFException("the TLS connection was closed");
      }
    }
  }

  @Override
  public void read(ByteBuffer into) throws IOException {
    try {
      while (into.hasRemaining()) {
        if (plain.hasRemaining()) {
          int bytes = Math.min(plain.remaining(), into.remaining());
          into.put(plain.slice(plain.position(), bytes));
          plain.position(plain.position() + bytes);
        } else {
          unwrap();
          // New keys, or a ticket: whatever the server wants in between.
          while (!plain.hasRemaining() && shakesHands()) {}
        }
      }
    } catch (SSLException e) {
      throw failed(e);
    }
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    try {
      while (from.hasRemaining()) {
        wrap(from);
      }
    } catch (SSLException e) {
      throw failed(e);
    }
  }

  @Override
  public TimedChannel channel() {
    return channel;
  }
}
