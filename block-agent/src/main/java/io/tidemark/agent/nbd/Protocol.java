package io.tidemark.agent.nbd;

/// Numbers of the NBD protocol, by the names of its specification.
final class Protocol {
  static final long NBDMAGIC = 0x4e42444d41474943L;
  static final long IHAVEOPT = 0x49484156454F5054L;
  static final long OLDSTYLE = 0x0000420281861253L;
  static final long OPTION_REPLY = 0x0003e889045565a9L;
  static final int REQUEST = 0x25609513;
  static final int SIMPLE_REPLY = 0x67446698;
  static final int STRUCTURED_REPLY = 0x668e33ef;

  static final int GREETING_BYTES = 18;
  static final int OPTION_REPLY_BYTES = 20;
  static final int REQUEST_BYTES = 28;
  static final int SIMPLE_REPLY_BYTES = 16;
  static final int CHUNK_BYTES = 20;

  static final int FIXED_NEWSTYLE = 1;
  static final int NO_ZEROES = 2;

  static final int OPT_ABORT = 2;
  static final int OPT_STARTTLS = 5;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_SET_META_CONTEXT = 10;

  static final int REP_ACK = 1;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERR_UNSUP = 0x80000001;
  static final int REP_ERR_POLICY = 0x80000002;
  static final int REP_ERR_TLS_REQD = 0x80000005;
  static final int REP_ERR_UNKNOWN = 0x80000006;
  static final int REP_ERR_SHUTDOWN = 0x80000007;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int FLAG_HAS_FLAGS = 1;
  static final int FLAG_READ_ONLY = 1 << 1;
  static final int FLAG_CAN_MULTI_CONN = 1 << 8;

  static final int CMD_READ = 0;
  static final int CMD_DISC = 2;
  static final int CMD_BLOCK_STATUS = 7;

  static final int CHUNK_DONE = 1;
  static final int CHUNK_NONE = 0;
  static final int CHUNK_OFFSET_DATA = 1;
  static final int CHUNK_OFFSET_HOLE = 2;
  static final int CHUNK_BLOCK_STATUS = 5;
  static final int CHUNK_ERROR = 0x8000 | 1;
  static final int CHUNK_ERROR_BIT = 0x8000;

  private Protocol() {}

  /// The word for an error of the transmission phase.
  static String error(int number) {
    return switch (number) {
      case 1 -> "operation not permitted";
      case 5 -> "input/output error";
      case 12 -> "out of memory";
      case 22 -> "invalid argument";
      case 28 -> "no space left";
      case 75 -> "value too large";
      case 95 -> "not supported";
      case 108 -> "the server is shutting down";
      default -> "error " + Integer.toUnsignedString(number);
    };
  }
}
