package io.tidemark.repository.store;

/// A non-empty range of bytes of an object.
public record ByteRange(long offsetBytes, int lengthBytes) {
  public ByteRange {
    if (offsetBytes < 0 || lengthBytes <= 0) {
      throw new IllegalArgumentException(
          "No byte range: " + lengthBytes + " bytes at " + offsetBytes);
    }
  }

  @Override
  public String toString() {
    return "bytes " + offsetBytes + "-" + (offsetBytes + lengthBytes - 1);
  }
}
