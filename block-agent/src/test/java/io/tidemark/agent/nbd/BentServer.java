package io.tidemark.agent.nbd;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server that serves as it should, until what it sends is bent on the way. A message is what it
/// sends at once: the greeting is number 0, each answer to an option or request one more.
final class BentServer implements AutoCloseable {
  /// What becomes of a message.
  interface Bend {
    /// What is sent instead; empty to close the connection.
    Optional<byte[]> bend(int number, byte[] message);
  }

  /// How reads are answered.
  enum Form {
    SIMPLE,
    ONE_CHUNK,
    /// The second half first, zeros as holes.
    PIECES
  }

  static final Bend STRAIGHT = (_, message) -> Optional.of(message);

  private final ServerSocketChannel listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final byte[] content;
  private final Form form;
  private final Bend bend;
  private final int flags;
  private final int leastBytes;
  private final List<SocketChannel> connections = new ArrayList<>();

  BentServer(Path socket, byte[] content, Form form, int flags, int leastBytes, Bend bend)
      throws IOException {
    this.content = content;
    this.form = form;
    this.bend = bend;
    this.flags = flags;
    this.leastBytes = leastBytes;
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    threads.execute(this::accept);
  }

  int connections() {
    synchronized (connections) {
      return connections.size();
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        synchronized (connections) {
          connections.add(connection);
        }
        threads.execute(() -> serve(connection));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      new Conversation(connection).run();
    } catch (IOException _) {
      // The client has had enough.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (connections) {
      for (SocketChannel connection : connections) {
        connection.close();
      }
    }
    threads.shutdownNow();
  }

  private final class Conversation {
    private final DataInputStream in;
    private final DataOutputStream out;
    private int number;
    private boolean structured;
    private List<String> contexts = List.of();

    Conversation(SocketChannel channel) {
      in = new DataInputStream(Channels.newInputStream(channel));
      out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    private interface Part {
      void write(DataOutputStream to) throws IOException;
    }

    private void send(Part part) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      part.write(new DataOutputStream(bytes));
      Optional<byte[]> bent = bend.bend(number++, bytes.toByteArray());
      if (bent.isEmpty()) {
        throw new IOException("dropped");
      }
      out.write(bent.get());
      out.flush();
    }

    void run() throws IOException {
      send(
          to -> {
            to.writeLong(Protocol.NBDMAGIC);
            to.writeLong(Protocol.IHAVEOPT);
            to.writeShort(Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES);
          });
      int _ = in.readInt();
      while (option()) {}
      while (request()) {}
    }

    private void reply(DataOutputStream to, int option, int type, byte[] data) throws IOException {
      to.writeLong(Protocol.OPTION_REPLY);
      to.writeInt(option);
      to.writeInt(type);
      to.writeInt(data.length);
      to.write(data);
    }

    private boolean option() throws IOException {
      long _ = in.readLong();
      int option = in.readInt();
      byte[] data = in.readNBytes(in.readInt());
      switch (option) {
        case Protocol.OPT_STRUCTURED_REPLY -> {
          structured = form != Form.SIMPLE;
          send(
              to ->
                  reply(
                      to,
                      option,
                      structured ? Protocol.REP_ACK : Protocol.REP_ERR_UNSUP,
                      new byte[0]));
        }
        case Protocol.OPT_SET_META_CONTEXT -> {
          contexts = List.of(NbdTarget.ALLOCATION);
          send(
              to -> {
                ByteArrayOutputStream context = new ByteArrayOutputStream();
                new DataOutputStream(context).writeInt(7);
                context.write(NbdTarget.ALLOCATION.getBytes(StandardCharsets.UTF_8));
                reply(to, option, Protocol.REP_META_CONTEXT, context.toByteArray());
                reply(to, option, Protocol.REP_ACK, new byte[0]);
              });
        }
        case Protocol.OPT_GO -> {
          send(
              to -> {
                ByteArrayOutputStream info = new ByteArrayOutputStream();
                DataOutputStream about = new DataOutputStream(info);
                about.writeShort(Protocol.INFO_EXPORT);
                about.writeLong(content.length);
                about.writeShort(Protocol.FLAG_HAS_FLAGS | flags);
                reply(to, option, Protocol.REP_INFO, info.toByteArray());
                info.reset();
                about.writeShort(Protocol.INFO_BLOCK_SIZE);
                about.writeInt(leastBytes);
                about.writeInt(4096);
                about.writeInt(1 << 20);
                reply(to, option, Protocol.REP_INFO, info.toByteArray());
                reply(to, option, Protocol.REP_ACK, new byte[0]);
              });
          return false;
        }
        default ->
            send(
                to ->
                    reply(to, option, Protocol.REP_ERR_UNSUP, new byte[data.length == 0 ? 0 : 1]));
      }
      return true;
    }

    private boolean request() throws IOException {
      int _ = in.readInt();
      int _ = in.readUnsignedShort();
      int type = in.readUnsignedShort();
      long cookie = in.readLong();
      int offset = (int) in.readLong();
      int length = in.readInt();
      switch (type) {
        case Protocol.CMD_DISC -> {
          return false;
        }
        case Protocol.CMD_BLOCK_STATUS -> send(to -> status(to, cookie, offset, length));
        default -> send(to -> data(to, cookie, offset, length));
      }
      return true;
    }

    private void data(DataOutputStream to, long cookie, int offset, int length) throws IOException {
      boolean refused = offset % leastBytes != 0 || length % leastBytes != 0;
      if (!structured) {
        to.writeInt(Protocol.SIMPLE_REPLY);
        to.writeInt(refused ? 22 : 0);
        to.writeLong(cookie);
        to.write(content, offset, refused ? 0 : length);
        return;
      }
      if (refused) {
        chunk(to, Protocol.CHUNK_DONE, Protocol.CHUNK_ERROR, cookie, 6 + 3);
        to.writeInt(22);
        to.writeShort(3);
        to.write("odd".getBytes(StandardCharsets.UTF_8));
        return;
      }
      if (form == Form.ONE_CHUNK) {
        piece(to, Protocol.CHUNK_DONE, cookie, offset, length);
        return;
      }
      int half = length / 2;
      piece(to, 0, cookie, offset + half, length - half);
      if (half > 0) {
        piece(to, 0, cookie, offset, half);
      }
      chunk(to, Protocol.CHUNK_DONE, Protocol.CHUNK_NONE, cookie, 0);
    }

    private void piece(DataOutputStream to, int flag, long cookie, int offset, int length)
        throws IOException {
      boolean isZero = true;
      for (int i = offset; i < offset + length; i++) {
        isZero &= content[i] == 0;
      }
      if (isZero && form == Form.PIECES) {
        chunk(to, flag, Protocol.CHUNK_OFFSET_HOLE, cookie, 12);
        to.writeLong(offset);
        to.writeInt(length);
      } else {
        chunk(to, flag, Protocol.CHUNK_OFFSET_DATA, cookie, 8 + length);
        to.writeLong(offset);
        to.write(content, offset, length);
      }
    }

    /// In runs of 4 KiB, three of them at once.
    private void status(DataOutputStream to, long cookie, int offset, int length)
        throws IOException {
      int runs = Math.min(3, Math.ceilDiv(length, 4096));
      chunk(to, Protocol.CHUNK_DONE, Protocol.CHUNK_BLOCK_STATUS, cookie, 4 + 8 * runs);
      to.writeInt(contexts.isEmpty() ? 0 : 7);
      for (int run = 0; run < runs; run++) {
        int at = offset + run * 4096;
        boolean isZero = true;
        for (int i = at; i < Math.min(content.length, at + 4096); i++) {
          isZero &= content[i] == 0;
        }
        to.writeInt(4096);
        to.writeInt(isZero ? 3 : 0);
      }
    }

    private void chunk(DataOutputStream to, int flag, int type, long cookie, int length)
        throws IOException {
      to.writeInt(Protocol.STRUCTURED_REPLY);
      to.writeShort(flag);
      to.writeShort(type);
      to.writeLong(cookie);
      to.writeInt(length);
    }
  }
}
