package io.tidemark.agent.nbd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The messages of the negotiation, as bytes.
final class OptionCodec {
  /// No reply that is understood here is longer: names and messages have at most 4 KiB.
  static final int LONGEST_REPLY_BYTES = 64 << 10;

  private static final int LARGEST_MINIMUM_BYTES = 64 << 10;
  private static final int SMALLEST_MAXIMUM_BYTES = 4096;

  /// What may be asked for at once where a server does not say.
  private static final int USUAL_MAXIMUM_BYTES = 32 << 20;

  private OptionCodec() {}

  /// The handshake flags of a server's first [Protocol#GREETING_BYTES] bytes.
  static int greeting(ByteBuffer bytes) throws NbdException {
    long first = bytes.getLong();
    long second = bytes.getLong();
    int flags = Short.toUnsignedInt(bytes.getShort());
    if (first != Protocol.NBDMAGIC) {
      throw NbdException.protocol("what listens there is no NBD server");
    }
    if (second == Protocol.OLDSTYLE) {
      throw NbdException.protocol(
          "the server speaks the old form of the protocol, without export names; use a newer one");
    }
    if (second != Protocol.IHAVEOPT || (flags & Protocol.FIXED_NEWSTYLE) == 0) {
      throw NbdException.protocol("the server does not negotiate as it should (fixed newstyle)");
    }
    return flags;
  }

  static ByteBuffer clientFlags(int serverFlags) {
    int flags = Protocol.FIXED_NEWSTYLE | (serverFlags & Protocol.NO_ZEROES);
    return ByteBuffer.allocate(Integer.BYTES).putInt(flags).flip();
  }

  static ByteBuffer option(int option, ByteBuffer data) {
    return ByteBuffer.allocate(16 + data.remaining())
        .putLong(Protocol.IHAVEOPT)
        .putInt(option)
        .putInt(data.remaining())
        .put(data)
        .flip();
  }

  /// @param type see the protocol's `NBD_REP_…`
  record ReplyHeader(int type, int lengthBytes) {
    boolean isError() {
      return type < 0;
    }
  }

  /// @param option that it has to answer
  static ReplyHeader replyHeader(ByteBuffer bytes, int option) throws NbdException {
    long magic = bytes.getLong();
    int answered = bytes.getInt();
    int type = bytes.getInt();
    long length = Integer.toUnsignedLong(bytes.getInt());
    if (magic != Protocol.OPTION_REPLY) {
      throw NbdException.protocol("an answer to an option does not begin as one");
    }
    if (answered != option) {
      throw NbdException.protocol("option " + answered + " was answered instead of " + option);
    }
    if (length > LONGEST_REPLY_BYTES) {
      throw NbdException.protocol("an answer to an option claims " + length + " bytes");
    }
    return new ReplyHeader(type, (int) length);
  }

  static ByteBuffer goData(String export) {
    byte[] name = name(export);
    return ByteBuffer.allocate(4 + name.length + 2 + 2)
        .putInt(name.length)
        .put(name)
        .putShort((short) 1)
        .putShort((short) Protocol.INFO_BLOCK_SIZE)
        .flip();
  }

  static ByteBuffer contextsData(String export, List<String> contexts) {
    byte[] name = name(export);
    List<byte[]> queries = contexts.stream().map(OptionCodec::name).toList();
    int length = queries.stream().mapToInt(query -> 4 + query.length).sum();
    ByteBuffer data = ByteBuffer.allocate(4 + name.length + 4 + length);
    data.putInt(name.length).put(name).putInt(queries.size());
    queries.forEach(query -> data.putInt(query.length).put(query));
    return data.flip();
  }

  private static byte[] name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > NbdTarget.LONGEST_NAME_BYTES) {
      throw new IllegalArgumentException("A name of " + bytes.length + " bytes; 4096 are allowed");
    }
    return bytes;
  }

  /// What the answers to GO tell, as it gathers.
  ///
  /// @param sizeBytes negative until it was told
  record Info(long sizeBytes, int flags, int minimumBytes, int maximumBytes) {
    static final Info NONE = new Info(-1, 0, 1, USUAL_MAXIMUM_BYTES);

    Info with(ByteBuffer reply) throws NbdException {
      if (reply.remaining() < 2) {
        throw NbdException.protocol("an information has no type");
      }
      int type = Short.toUnsignedInt(reply.getShort());
      return switch (type) {
        case Protocol.INFO_EXPORT -> withExport(reply);
        case Protocol.INFO_BLOCK_SIZE -> withBlockSize(reply);
        default -> this;
      };
    }

    private Info withExport(ByteBuffer reply) throws NbdException {
      if (reply.remaining() != 10) {
        throw NbdException.protocol("the export's size came in " + reply.remaining() + " bytes");
      }
      long size = reply.getLong();
      int told = Short.toUnsignedInt(reply.getShort());
      if (size < 0) {
        throw NbdException.protocol(
            "the export claims to have " + Long.toUnsignedString(size) + " bytes");
      }
      if ((told & Protocol.FLAG_HAS_FLAGS) == 0) {
        throw NbdException.protocol("the export's flags are not marked as such");
      }
      return new Info(size, told, minimumBytes, maximumBytes);
    }

    private Info withBlockSize(ByteBuffer reply) throws NbdException {
      if (reply.remaining() != 12) {
        throw NbdException.protocol("the block sizes came in " + reply.remaining() + " bytes");
      }
      long least = Integer.toUnsignedLong(reply.getInt());
      long _ = Integer.toUnsignedLong(reply.getInt());
      long most = Integer.toUnsignedLong(reply.getInt());
      boolean leastFits = least >= 1 && least <= LARGEST_MINIMUM_BYTES && Long.bitCount(least) == 1;
      if (!leastFits || most < Math.max(least, SMALLEST_MAXIMUM_BYTES) || most % least != 0) {
        throw NbdException.protocol("blocks of " + least + " to " + most + " bytes cannot be");
      }
      int largest = USUAL_MAXIMUM_BYTES / (int) least * (int) least;
      return new Info(sizeBytes, flags, (int) least, (int) Math.min(most, largest));
    }
  }

  /// @param id in the answers to block status requests
  record Context(int id, String name) {}

  static Context context(ByteBuffer reply) throws NbdException {
    if (reply.remaining() < 4) {
      throw NbdException.protocol("a metadata context has no number");
    }
    return new Context(reply.getInt(), text(reply));
  }

  /// The text that is left in a reply, as far as it is one.
  static String text(ByteBuffer reply) {
    ByteBuffer some =
        reply.slice(reply.position(), Math.min(reply.remaining(), NbdTarget.LONGEST_NAME_BYTES));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(some).toString();
    } catch (CharacterCodingException _) {
      return "";
    }
  }
}
