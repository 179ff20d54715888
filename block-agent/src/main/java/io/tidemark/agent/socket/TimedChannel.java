package io.tidemark.agent.socket;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/// A connected stream socket on which every wait ends by a deadline. For one thread at a time.
public final class TimedChannel implements AutoCloseable {
  /// What a thread that was interrupted waits at most: long enough for an answer under way.
  private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private long end;

  private TimedChannel(SocketChannel channel, Selector selector, SelectionKey key) {
    this.channel = channel;
    this.selector = selector;
    this.key = key;
  }

  /// Connects within `timeout`, which then goes on to bound what follows until [#within].
  ///
  /// @param address an [InetSocketAddress], looked up or not, or a [UnixDomainSocketAddress]
  /// @throws UnknownHostException when its host has no address
  /// @throws SocketTimeoutException when nobody answers in time
  public static TimedChannel connect(SocketAddress address, Duration timeout) throws IOException {
    boolean isUnix = address instanceof UnixDomainSocketAddress;
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new UnknownHostException(internet.getHostString());
    }
    SocketChannel channel =
        isUnix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    Selector selector = null;
    boolean done = false;
    try {
      selector = Selector.open();
      channel.configureBlocking(false);
      if (!isUnix) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      SelectionKey key = channel.register(selector, 0);
      TimedChannel timed = new TimedChannel(channel, selector, key);
      timed.within(timeout);
      if (!channel.connect(address)) {
        do {
          timed.await(SelectionKey.OP_CONNECT);
        } while (!channel.finishConnect());
      }
      done = true;
      return timed;
    } finally {
      if (!done) {
        channel.close();
        if (selector != null) {
          selector.close();
        }
      }
    }
  }

  /// From now on whatever is asked for has to be done within `timeout`, all together.
  public void within(Duration timeout) {
    end = System.nanoTime() + timeout.toNanos();
  }

  /// Reads at least one byte, and no more than fit.
  ///
  /// @throws EOFException when the other side has closed
  /// @throws SocketTimeoutException when nothing came in time
  public void readSome(ByteBuffer into) throws IOException {
    while (true) {
      int read = channel.read(into);
      if (read < 0) {
        throw new EOFException("the connection was closed by the other side");
      }
      if (read > 0 || !into.hasRemaining()) {
        return;
      }
      await(SelectionKey.OP_READ);
    }
  }

  /// Fills all that remains of `into`.
  public void read(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      readSome(into);
      requireTime();
    }
  }

  /// Writes all that remains of `from`.
  public void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      if (channel.write(from) == 0) {
        await(SelectionKey.OP_WRITE);
      }
      requireTime();
    }
  }

  /// Whoever runs the process at the other end of a Unix socket; empty on any other.
  public Optional<UnixDomainPrincipal> peer() throws IOException {
    return channel.getRemoteAddress() instanceof UnixDomainSocketAddress
        ? Optional.of(channel.getOption(ExtendedSocketOptions.SO_PEERCRED))
        : Optional.empty();
  }

  private void requireTime() throws SocketTimeoutException {
    if (end - System.nanoTime() <= 0) {
      throw late();
    }
  }

  private void await(int operation) throws IOException {
    boolean interrupted = false;
    try {
      key.interestOps(operation);
      while (true) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw late();
        }
        int ready = selector.select(Math.max(1, left / 1_000_000));
        if (Thread.interrupted()) {
          interrupted = true;
          end = Math.min(end, System.nanoTime() + PATIENCE_NANOS);
        }
        if (ready > 0) {
          selector.selectedKeys().clear();
          return;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SocketTimeoutException late() {
    return new SocketTimeoutException("no answer in time");
  }

  @Override
  public void close() {
    try (selector;
        channel) {
      key.cancel();
    } catch (IOException _) {
      // Nothing is kept in a socket that is given up.
    }
  }
}
