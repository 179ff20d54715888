package io.tidemark.agent.restore;

import java.nio.ByteBuffer;

/// Comparisons that find where something has to be written.
final class Bytes {
  /// What differs is found and written in whole units of this.
  static final int UNIT_BYTES = 4096;

  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

  private Bytes() {}

  /// Zeroes to read from; never more than a MiB.
  static ByteBuffer zeroes(int lengthBytes) {
    return ZEROES.slice(0, lengthBytes);
  }

  static int mostZeroes() {
    return ZEROES.capacity();
  }

  static boolean isZero(ByteBuffer bytes) {
    for (int at = bytes.position(); at < bytes.limit(); at += ZEROES.capacity()) {
      int lengthBytes = Math.min(ZEROES.capacity(), bytes.limit() - at);
      if (bytes.slice(at, lengthBytes).mismatch(zeroes(lengthBytes)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /// What is done with a run that differs.
  interface Run {
    void differs(int offsetBytes, int lengthBytes) throws TargetException;
  }

  /// Calls for each longest run of whole units in which the two, of equal length, differ. Offsets
  /// count from the buffers' positions, which stay.
  static void forEachDifference(ByteBuffer one, ByteBuffer other, Run run) throws TargetException {
    int lengthBytes = one.remaining();
    int at = 0;
    while (at < lengthBytes) {
      int mismatch =
          one.slice(one.position() + at, lengthBytes - at)
              .mismatch(other.slice(other.position() + at, lengthBytes - at));
      if (mismatch < 0) {
        return;
      }
      int start = (at + mismatch) / UNIT_BYTES * UNIT_BYTES;
      int end = start;
      while (end < lengthBytes) {
        int unit = Math.min(UNIT_BYTES, lengthBytes - end);
        if (one.slice(one.position() + end, unit)
            .equals(other.slice(other.position() + end, unit))) {
          break;
        }
        end += unit;
      }
      run.differs(start, end - start);
      at = end;
    }
  }
}
