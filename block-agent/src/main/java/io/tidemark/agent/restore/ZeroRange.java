package io.tidemark.agent.restore;

import io.tidemark.agent.system.Errno;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/// Makes ranges of a block device zero by the cheapest means that it proves to have: giving the
/// space back, letting the device write zeroes, writing them. Each range zeroed by other means than
/// writing is read back at both ends; a device that lies once is only written to from then on.
final class ZeroRange {
  /// In this order they are tried.
  private enum Means {
    GIVE_BACK,
    DEVICE_WRITES,
    WRITE
  }

  /// What a device or driver answers that does not have some means.
  private static final Set<Errno> NOT_THIS_WAY =
      EnumSet.of(
          Errno.EOPNOTSUPP,
          Errno.EINVAL,
          Errno.ENOTTY,
          Errno.ENOSYS,
          Errno.ENODEV,
          Errno.EPERM,
          Errno.EREMOTEIO);

  /// Nothing smaller shares a page of the kernel's cache with a neighbour that somebody writes.
  private static final int PAGE_BYTES = 4096;

  /// The kernel cannot be interrupted in one.
  private static final long LARGEST_BYTES = 256L << 20;

  private final TargetFile target;
  private final long pieceBytes;
  private volatile Means means = Means.GIVE_BACK;

  ZeroRange(TargetFile target) throws IOException {
    this.target = target;
    pieceBytes = Math.max(PAGE_BYTES, target.file().sectorBytes());
  }

  void zero(long offsetBytes, long lengthBytes) throws TargetException {
    long endBytes = offsetBytes + lengthBytes;
    long firstPiece = Math.min(endBytes, Math.ceilDiv(offsetBytes, pieceBytes) * pieceBytes);
    long lastPiece = Math.max(firstPiece, endBytes / pieceBytes * pieceBytes);
    target.writeZeroes(offsetBytes, firstPiece - offsetBytes);
    for (long at = firstPiece; at < lastPiece; at += LARGEST_BYTES) {
      zeroWholePieces(at, Math.min(LARGEST_BYTES, lastPiece - at));
    }
    target.writeZeroes(lastPiece, endBytes - lastPiece);
  }

  private void zeroWholePieces(long offsetBytes, long lengthBytes) throws TargetException {
    while (means != Means.WRITE) {
      Means tried = means;
      try {
        if (tried == Means.GIVE_BACK) {
          target.file().punchHole(offsetBytes, lengthBytes);
        } else {
          target.file().zeroOut(offsetBytes, lengthBytes);
        }
        if (isZero(offsetBytes) && isZero(offsetBytes + lengthBytes - pieceBytes)) {
          target.countZeroed(lengthBytes);
          return;
        }
        means = Means.WRITE;
      } catch (SystemCallException e) {
        if (!NOT_THIS_WAY.contains(e.errno())) {
          throw target.failed(Failures.range(offsetBytes, lengthBytes), e);
        }
        means = tried == Means.GIVE_BACK ? Means.DEVICE_WRITES : Means.WRITE;
      } catch (IOException e) {
        throw target.failed(Failures.range(offsetBytes, lengthBytes), e);
      }
    }
    target.writeZeroes(offsetBytes, lengthBytes);
  }

  private boolean isZero(long offsetBytes) throws TargetException {
    ByteBuffer piece = ByteBuffer.allocateDirect((int) pieceBytes);
    target.read(offsetBytes, piece);
    return Bytes.isZero(piece.flip());
  }
}
