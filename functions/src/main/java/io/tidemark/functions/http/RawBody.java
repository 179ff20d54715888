package io.tidemark.functions.http;

/// The bytes of a body, which nobody changes any more.
public final class RawBody {
  public static final RawBody EMPTY = new RawBody(new byte[0]);

  private final byte[] bytes;

  /// @param bytes become this body's own
  public RawBody(byte[] bytes) {
    this.bytes = bytes;
  }

  public int length() {
    return bytes.length;
  }

  /// Not a copy; only to be read.
  public byte[] bytes() {
    return bytes;
  }
}
