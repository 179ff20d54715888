package io.tidemark.agent.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Requests and the heads of their answers, as bytes.
final class ReplyCodec {
  /// Extents in one answer; what a server knows beyond it is asked for again.
  private static final int MOST_EXTENTS = 1 << 20;

  private ReplyCodec() {}

  static ByteBuffer request(ByteBuffer into, int type, long cookie, long offset, int length) {
    return into.clear()
        .putInt(Protocol.REQUEST)
        .putShort((short) 0)
        .putShort((short) type)
        .putLong(cookie)
        .putLong(offset)
        .putInt(length)
        .flip();
  }

  /// The error number of a simple reply, 0 for success; `bytes` begin behind the magic.
  static int simple(ByteBuffer bytes, long cookie) throws NbdException {
    int error = bytes.getInt();
    requireCookie(bytes.getLong(), cookie);
    return error;
  }

  /// One chunk of a structured reply.
  record Chunk(int flags, int type, long lengthBytes) {
    boolean isLast() {
      return (flags & Protocol.CHUNK_DONE) != 0;
    }

    boolean isError() {
      return (type & Protocol.CHUNK_ERROR_BIT) != 0;
    }
  }

  /// `bytes` begin behind the magic.
  static Chunk chunk(ByteBuffer bytes, long cookie) throws NbdException {
    int flags = Short.toUnsignedInt(bytes.getShort());
    int type = Short.toUnsignedInt(bytes.getShort());
    requireCookie(bytes.getLong(), cookie);
    return new Chunk(flags, type, Integer.toUnsignedLong(bytes.getInt()));
  }

  private static void requireCookie(long answered, long asked) throws NbdException {
    if (answered != asked) {
      throw NbdException.protocol("an answer came to a request that nobody made");
    }
  }

  /// Where in a request's range a chunk of a read lies, counted from its beginning.
  ///
  /// @param offsetBytes as the server has it
  static int place(long offsetBytes, long lengthBytes, long asked, int askedBytes)
      throws NbdException {
    long at = offsetBytes - asked;
    if (offsetBytes < asked || lengthBytes < 1 || lengthBytes > askedBytes - at) {
      throw NbdException.protocol(
          "bytes came from "
              + Long.toUnsignedString(offsetBytes)
              + " on, "
              + lengthBytes
              + " of them, where "
              + askedBytes
              + " from "
              + asked
              + " on were asked for");
    }
    return (int) at;
  }

  /// How many bytes the extents of one context take.
  static int extentsBytes(Chunk chunk) throws NbdException {
    long bytes = chunk.lengthBytes() - 4;
    if (bytes < 8 || bytes % 8 != 0 || bytes / 8 > MOST_EXTENTS) {
      throw NbdException.protocol("a block status came in " + chunk.lengthBytes() + " bytes");
    }
    return (int) bytes;
  }

  /// The extents of one context, cut to what was asked for.
  static List<StatusRun> extents(ByteBuffer bytes, long offset, long lengthBytes)
      throws NbdException {
    List<StatusRun> runs = new ArrayList<>();
    long at = offset;
    long end = offset + lengthBytes;
    while (bytes.hasRemaining()) {
      long length = Integer.toUnsignedLong(bytes.getInt());
      int flags = bytes.getInt();
      if (length == 0) {
        throw NbdException.protocol("an extent at " + at + " has no bytes");
      }
      if (at >= end) {
        throw NbdException.protocol("extents came for bytes behind " + end + ", unasked");
      }
      long cut = Math.min(length, end - at);
      runs.add(new StatusRun(at, cut, flags));
      at += length;
    }
    return runs;
  }

  /// What a server says of why it could not.
  ///
  /// @param bytes the whole chunk
  static NbdException failure(ByteBuffer bytes) throws NbdException {
    if (bytes.remaining() < 6) {
      throw NbdException.protocol("an error came in " + bytes.remaining() + " bytes");
    }
    int error = bytes.getInt();
    int length = Short.toUnsignedInt(bytes.getShort());
    if (error == 0 || length > bytes.remaining() || length > NbdTarget.LONGEST_NAME_BYTES) {
      throw NbdException.protocol("an error is none, or its message has " + length + " bytes");
    }
    String message = OptionCodec.text(bytes.slice(bytes.position(), length));
    return failure(error, message);
  }

  static NbdException failure(int error, String message) {
    return new NbdException(
        NbdException.Kind.FAILED,
        "the server answered: " + Protocol.error(error) + (message.isBlank() ? "" : ", " + message),
        null);
  }
}
