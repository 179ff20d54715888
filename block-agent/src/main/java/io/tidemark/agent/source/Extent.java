package io.tidemark.agent.source;

/// A non-empty run of bytes of a volume.
public record Extent(long offsetBytes, long lengthBytes) {
  public Extent {
    if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes > Long.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException("No extent: " + lengthBytes + " bytes at " + offsetBytes);
    }
  }

  /// The first byte behind this extent.
  public long endBytes() {
    return offsetBytes + lengthBytes;
  }

  @Override
  public String toString() {
    return "bytes " + offsetBytes + "-" + (endBytes() - 1);
  }
}
