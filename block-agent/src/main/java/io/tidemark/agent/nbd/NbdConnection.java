package io.tidemark.agent.nbd;

import io.tidemark.agent.nbd.ReplyCodec.Chunk;
import io.tidemark.agent.socket.TimedChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One connection, one request at a time. After a failure other than [NbdException.Kind#FAILED] it
/// is good for closing only. For one thread at a time.
final class NbdConnection implements AutoCloseable {
  private static final int LONGEST_ERROR_BYTES = 8192;
  private static final int WORD_BYTES = Integer.BYTES;

  private final NbdTarget target;
  private final Wire wire;
  private final NbdExport export;
  private final Map<Integer, String> contexts;
  private final ByteBuffer head = ByteBuffer.allocate(Protocol.REQUEST_BYTES);
  private long cookie;

  private NbdConnection(NbdTarget target, Negotiation.Agreed agreed) {
    this.target = target;
    wire = agreed.wire();
    export = agreed.export();
    contexts = agreed.contexts();
  }

  static NbdConnection open(NbdTarget target) throws NbdException {
    TimedChannel channel;
    try {
      channel =
          TimedChannel.connect(target.endpoint().socketAddress(), target.timeouts().negotiation());
    } catch (UnknownHostException _) {
      throw new NbdException(
          NbdException.Kind.UNREACHABLE, "nobody knows the host's address", null);
    } catch (IOException e) {
      throw new NbdException(
          NbdException.Kind.UNREACHABLE, "cannot be connected to (" + e.getMessage() + ")", e);
    }
    boolean done = false;
    try {
      NbdConnection connection = new NbdConnection(target, new Negotiation(target, channel).run());
      done = true;
      return connection;
    } catch (IOException e) {
      throw named(e, "while it was negotiated with");
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  NbdExport export() {
    return export;
  }

  /// Fills all that remains of `into`; the range is within the export and its limits.
  void read(long offset, ByteBuffer into) throws NbdException {
    int length = into.remaining();
    try {
      request(Protocol.CMD_READ, offset, length);
      switch (export.replies()) {
        case SIMPLE -> readSimple(into);
        case STRUCTURED -> readStructured(offset, into);
      }
    } catch (IOException e) {
      throw named(e, "over a read of " + length + " bytes at " + offset);
    }
  }

  private void readSimple(ByteBuffer into) throws IOException {
    if (magic() != Protocol.SIMPLE_REPLY) {
      throw NbdException.protocol("an answer does not begin as one");
    }
    int error = ReplyCodec.simple(head(Protocol.SIMPLE_REPLY_BYTES - WORD_BYTES), cookie);
    if (error != 0) {
      throw ReplyCodec.failure(error, "");
    }
    wire.read(into);
  }

  private void readStructured(long offset, ByteBuffer into) throws IOException {
    int start = into.position();
    int length = into.remaining();
    Coverage coverage = new Coverage(length);
    structured(
        chunk -> {
          switch (chunk.type()) {
            case Protocol.CHUNK_OFFSET_DATA -> {
              if (chunk.lengthBytes() <= Long.BYTES) {
                throw NbdException.protocol("data came in " + chunk.lengthBytes() + " bytes");
              }
              long from = head(Long.BYTES).getLong();
              int bytes = (int) Math.min(Integer.MAX_VALUE, chunk.lengthBytes() - Long.BYTES);
              int at = ReplyCodec.place(from, bytes, offset, length);
              coverage.add(at, bytes);
              wire.read(into.slice(start + at, bytes));
            }
            case Protocol.CHUNK_OFFSET_HOLE -> {
              if (chunk.lengthBytes() != Long.BYTES + WORD_BYTES) {
                throw NbdException.protocol("a hole came in " + chunk.lengthBytes() + " bytes");
              }
              ByteBuffer hole = head(Long.BYTES + WORD_BYTES);
              long from = hole.getLong();
              long bytes = Integer.toUnsignedLong(hole.getInt());
              int at = ReplyCodec.place(from, bytes, offset, length);
              coverage.add(at, (int) bytes);
              zero(into, start + at, (int) bytes);
            }
            default -> throw unexpected(chunk);
          }
        });
    coverage.requireAll();
    into.position(start + length);
  }

  private static void zero(ByteBuffer into, int at, int length) {
    int word = at;
    for (; word + Long.BYTES <= at + length; word += Long.BYTES) {
      into.putLong(word, 0);
    }
    for (int rest = word; rest < at + length; rest++) {
      into.put(rest, (byte) 0);
    }
  }

  /// The status of a range by context, of each at least its first byte.
  ///
  /// @param length within the protocol's 32 bits and the export
  Map<String, List<StatusRun>> status(long offset, long length) throws NbdException {
    Map<String, List<StatusRun>> found = new TreeMap<>();
    try {
      request(Protocol.CMD_BLOCK_STATUS, offset, (int) length);
      structured(
          chunk -> {
            if (chunk.type() != Protocol.CHUNK_BLOCK_STATUS) {
              throw unexpected(chunk);
            }
            int bytes = ReplyCodec.extentsBytes(chunk);
            String context = contexts.get(head(WORD_BYTES).getInt());
            if (context == null || found.containsKey(context)) {
              throw NbdException.protocol("a block status came unasked, or twice");
            }
            ByteBuffer extents = ByteBuffer.allocate(bytes);
            wire.read(extents);
            found.put(context, ReplyCodec.extents(extents.flip(), offset, length));
          });
      if (!found.keySet().equals(export.contexts())) {
        throw NbdException.protocol("a block status lacks a context");
      }
      return found;
    } catch (IOException e) {
      throw named(e, "over the status of " + length + " bytes at " + offset);
    }
  }

  private void request(int type, long offset, int length) throws IOException {
    wire.within(target.timeouts().answer());
    cookie++;
    wire.write(ReplyCodec.request(head, type, cookie, offset, length));
  }

  private interface Receiver {
    void chunk(Chunk chunk) throws IOException;
  }

  /// Takes chunks until the last one has come, and only then says that the server could not.
  private void structured(Receiver receiver) throws IOException {
    @Nullable NbdException failure = null;
    boolean last = false;
    while (!last) {
      int magic = magic();
      if (magic == Protocol.SIMPLE_REPLY) {
        int error = ReplyCodec.simple(head(Protocol.SIMPLE_REPLY_BYTES - WORD_BYTES), cookie);
        if (error == 0) {
          throw NbdException.protocol("a simple answer came where a structured one was agreed on");
        }
        throw ReplyCodec.failure(error, "");
      }
      if (magic != Protocol.STRUCTURED_REPLY) {
        throw NbdException.protocol("an answer does not begin as one");
      }
      Chunk chunk = ReplyCodec.chunk(head(Protocol.CHUNK_BYTES - WORD_BYTES), cookie);
      last = chunk.isLast();
      if (chunk.isError()) {
        NbdException said = failure(chunk);
        failure = failure == null ? said : failure;
      } else if (chunk.type() == Protocol.CHUNK_NONE) {
        if (chunk.lengthBytes() != 0 || !last) {
          throw NbdException.protocol("an empty piece of an answer is not its last");
        }
      } else {
        receiver.chunk(chunk);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private NbdException failure(Chunk chunk) throws IOException {
    if (chunk.lengthBytes() > LONGEST_ERROR_BYTES) {
      throw NbdException.protocol("an error came in " + chunk.lengthBytes() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) chunk.lengthBytes());
    wire.read(bytes);
    return ReplyCodec.failure(bytes.flip());
  }

  private static NbdException unexpected(Chunk chunk) {
    return NbdException.protocol("a piece of type " + chunk.type() + " came out of place");
  }

  private int magic() throws IOException {
    return head(WORD_BYTES).getInt();
  }

  private ByteBuffer head(int bytes) throws IOException {
    wire.read(head.clear().limit(bytes));
    return head.flip();
  }

  /// The kinds that a connection's failure has.
  private static NbdException named(IOException e, String over) {
    return switch (e) {
      case NbdException named -> named;
      case SocketTimeoutException _ ->
          new NbdException(
              NbdException.Kind.STALLED, "the server did not answer in time " + over, e);
      case EOFException _ ->
          new NbdException(
              NbdException.Kind.DROPPED, "the server closed the connection " + over, e);
      default ->
          new NbdException(
              NbdException.Kind.DROPPED,
              "the connection broke " + over + " (" + e.getMessage() + ")",
              e);
    };
  }

  /// What was asked for last stays unanswered when `orderly` was not.
  void disconnect() {
    try {
      wire.within(target.timeouts().negotiation());
      wire.write(ReplyCodec.request(head, Protocol.CMD_DISC, 0, 0, 0));
    } catch (IOException _) {
      // The server notices the close as well.
    }
    close();
  }

  @Override
  public void close() {
    wire.close();
  }
}
