package io.tidemark.agent.restore;

/// Guards targets against callers that lost count.
final class Ranges {
  private Ranges() {}

  static void check(RestoreTarget target, long offsetBytes, long lengthBytes) {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > target.sizeBytes() - lengthBytes) {
      throw new IllegalArgumentException(
          "No " + lengthBytes + " bytes at " + offsetBytes + " of " + target.sizeBytes());
    }
  }
}
