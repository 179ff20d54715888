package io.tidemark.agent.system;

/// A run of a file's bytes and where the file system keeps them.
///
/// @param offsetBytes in the file
/// @param physicalBytes where it lies; means something only where [#isTold] says so
/// @param flags as the kernel gave them
public record MappedExtent(long offsetBytes, long lengthBytes, long physicalBytes, int flags) {
  private static final int LAST = 0x1;
  private static final int UNWRITTEN = 0x800;
  private static final int SHARED = 0x2000;

  /// Unknown, still in memory, encoded, encrypted, not aligned, inline, a tail: whatever leaves
  /// open where exactly its bytes are.
  private static final int NOT_TOLD = 0x2 | 0x4 | 0x8 | 0x80 | 0x100 | 0x200 | 0x400;

  /// The first byte behind it.
  public long endBytes() {
    return offsetBytes + lengthBytes;
  }

  /// Whether `physicalBytes` is where its bytes are, one for one.
  public boolean isTold() {
    return (flags & NOT_TOLD) == 0;
  }

  /// Whether another file, or another place of this one, has the same bytes.
  public boolean isShared() {
    return (flags & SHARED) != 0;
  }

  /// Whether it was only reserved, and reads as zero.
  public boolean isUnwritten() {
    return (flags & UNWRITTEN) != 0;
  }

  /// Whether none follows it.
  public boolean isLast() {
    return (flags & LAST) != 0;
  }
}
