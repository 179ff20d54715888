package io.tidemark.agent.nbd;

/// A stretch of an export with one status.
///
/// @param lengthBytes positive
/// @param flags of its context
public record StatusRun(long offsetBytes, long lengthBytes, int flags) {
  private static final int ZERO = 2;
  private static final int DIRTY = 1;

  /// The first byte behind it.
  public long endBytes() {
    return offsetBytes + lengthBytes;
  }

  /// Of `base:allocation`: whether it reads as zeros.
  public boolean isZero() {
    return (flags & ZERO) != 0;
  }

  /// Of a dirty bitmap: whether it may have been written.
  public boolean isDirty() {
    return (flags & DIRTY) != 0;
  }
}
