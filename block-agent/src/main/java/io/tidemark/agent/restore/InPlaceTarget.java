package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileLease;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A file or block device that holds something like the snapshot already: everything is read, and
/// written only where it differs. A file gets the snapshot's size; what lies behind the end on a
/// device stays.
final class InPlaceTarget extends OpenTarget {
  private static final int PIECE_BYTES = 1 << 20;
  private static final String LEFT_BEHIND =
      "It holds a mixture of old and new bytes; run the same restore again before it is used, which"
          + " writes only what still differs.";

  /// How a range that is not zero becomes so.
  private interface Zeroing {
    void zero(long offsetBytes, long lengthBytes) throws TargetException;
  }

  private final Path path;
  private final Optional<FileLease> lease;
  private final Zeroing zeroing;
  private final boolean isFile;
  private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

  private InPlaceTarget(
      Path path, TargetFile target, long sizeBytes, List<String> remarks, Optional<FileLease> lease)
      throws IOException {
    super(target, sizeBytes, remarks);
    this.path = path;
    this.lease = lease;
    isFile = target.file().status().kind() == FileStatus.Kind.REGULAR;
    zeroing = isFile ? this::punchHole : new ZeroRange(target)::zero;
  }

  static InPlaceTarget openDevice(Path path, long sizeBytes) throws TargetException {
    List<String> remarks = new ArrayList<>();
    OpenFile file = DeviceTarget.claim(path, sizeBytes, DeviceTarget.FOR_WRITING, remarks);
    return make(path, file, sizeBytes, remarks, Optional.empty());
  }

  static InPlaceTarget openFile(Path path, long sizeBytes) throws TargetException {
    OpenFile file = open(path, EnumSet.of(OpenFile.Mode.WRITE));
    List<String> remarks = new ArrayList<>();
    return make(path, file, sizeBytes, remarks, keepOthersOut(path, file, remarks));
  }

  /// Keeps others out for a moment.
  static Prospect lookAtFile(Path path) throws TargetException {
    Failures.checkWritable(path);
    List<String> remarks = new ArrayList<>();
    try (OpenFile file = open(path, EnumSet.noneOf(OpenFile.Mode.class))) {
      keepOthersOut(path, file, remarks).ifPresent(FileLease::close);
    }
    return new Prospect(path.toString(), Prospect.Kind.IN_PLACE, OptionalLong.empty(), remarks);
  }

  private static OpenFile open(Path path, Set<OpenFile.Mode> modes) throws TargetException {
    try {
      return OpenFile.open(path, modes);
    } catch (SystemCallException e) {
      throw Failures.cannotOpen(path, new OpenFileHolders(), e);
    }
  }

  private static InPlaceTarget make(
      Path path, OpenFile file, long sizeBytes, List<String> remarks, Optional<FileLease> lease)
      throws TargetException {
    try {
      TargetFile target = new TargetFile(path.toString(), file, LEFT_BEHIND);
      return new InPlaceTarget(path, target, sizeBytes, remarks, lease);
    } catch (IOException e) {
      lease.ifPresent(FileLease::close);
      file.close();
      throw cannotLook(path, e);
    }
  }

  /// A lease where there are any; without one the look around, which nobody is held to. Closes the
  /// file when it throws.
  private static Optional<FileLease> keepOthersOut(Path path, OpenFile file, List<String> remarks)
      throws TargetException {
    boolean done = false;
    try {
      Optional<FileLease> lease = tryLease(path, file, remarks);
      done = true;
      return lease;
    } catch (TargetException e) {
      throw e;
    } catch (IOException e) {
      throw cannotLook(path, e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static Optional<FileLease> tryLease(Path path, OpenFile file, List<String> remarks)
      throws IOException {
    OpenFileHolders holders = new OpenFileHolders();
    OpenFileHolders.Findings findings;
    try {
      Optional<FileLease> lease = FileLease.tryTake(file, FileLease.Kind.WRITE);
      if (lease.isPresent()) {
        return lease;
      }
      findings = holders.ofOthers(file);
      throw Failures.inUse(path, findings.holders(), findings.blindSpots());
    } catch (SystemCallException e) {
      findings = holders.ofOthers(file);
      List<Holder> others = findings.holders();
      if (!others.isEmpty()) {
        throw Failures.inUse(path, others, List.of());
      }
      remarks.add(
          "No lease keeps others away from the file ("
              + e.getMessage()
              + "): see to it that nobody"
              + " opens it before the restore is done.");
      remarks.addAll(findings.blindSpots());
      return Optional.empty();
    }
  }

  private static TargetException cannotLook(Path path, IOException e) {
    return new TargetException.Failed(
        path.toString(), "cannot be looked at (" + e.getMessage() + "). Nothing was written.", e);
  }

  @Override
  public Optional<Present> present() {
    return Optional.of(
        (offsetBytes, into) -> {
          Ranges.check(this, offsetBytes, into.remaining());
          target().read(offsetBytes, into);
        });
  }

  @Override
  public void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    Ranges.check(this, offsetBytes, bytes.remaining());
    checkUndisturbed();
    ByteBuffer there = borrow();
    try {
      int start = bytes.position();
      int lengthBytes = bytes.remaining();
      for (int done = 0; done < lengthBytes; done += PIECE_BYTES) {
        int pieceBytes = Math.min(PIECE_BYTES, lengthBytes - done);
        long pieceOffsetBytes = offsetBytes + done;
        ByteBuffer wanted = bytes.slice(start + done, pieceBytes);
        target().read(pieceOffsetBytes, there.clear().limit(pieceBytes));
        Bytes.forEachDifference(
            there.flip(),
            wanted,
            (at, runBytes) -> target().write(pieceOffsetBytes + at, wanted.slice(at, runBytes)));
      }
      bytes.position(start + lengthBytes);
    } finally {
      buffers.add(there);
    }
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws TargetException {
    Ranges.check(this, offsetBytes, lengthBytes);
    checkUndisturbed();
    ByteBuffer there = borrow();
    try {
      long endBytes = offsetBytes + lengthBytes;
      long at = nextData(offsetBytes, endBytes);
      while (at < endBytes) {
        int pieceBytes = (int) Math.min(PIECE_BYTES, endBytes - at);
        target().read(at, there.clear().limit(pieceBytes));
        long pieceOffsetBytes = at;
        Bytes.forEachDifference(
            there.flip(),
            Bytes.zeroes(pieceBytes),
            (run, runBytes) -> zeroing.zero(pieceOffsetBytes + run, runBytes));
        at = nextData(at + pieceBytes, endBytes);
      }
    } finally {
      buffers.add(there);
    }
  }

  private long nextData(long fromBytes, long endBytes) throws TargetException {
    if (!isFile || fromBytes >= endBytes) {
      return fromBytes;
    }
    try {
      OptionalLong data = target().file().seekData(fromBytes);
      return data.isEmpty() ? endBytes : Math.min(endBytes, data.getAsLong());
    } catch (IOException e) {
      throw target().failed("finding its holes", e);
    }
  }

  private void punchHole(long offsetBytes, long lengthBytes) throws TargetException {
    try {
      target().file().punchHole(offsetBytes, lengthBytes);
      target().countZeroed(lengthBytes);
    } catch (SystemCallException e) {
      switch (e.errno()) {
        case EOPNOTSUPP, EINVAL, ENOSYS -> target().writeZeroes(offsetBytes, lengthBytes);
        default -> throw target().failed(Failures.range(offsetBytes, lengthBytes), e);
      }
    } catch (IOException e) {
      throw target().failed(Failures.range(offsetBytes, lengthBytes), e);
    }
  }

  private ByteBuffer borrow() {
    ByteBuffer buffer = buffers.poll();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(PIECE_BYTES);
  }

  private void checkUndisturbed() throws TargetException {
    if (lease.isEmpty()) {
      return;
    }
    try {
      if (lease.get().isHeld()) {
        return;
      }
    } catch (IOException e) {
      throw target().failed("asking for its lease", e);
    }
    List<Holder> holders;
    try {
      holders = new OpenFileHolders().ofOthers(target().file()).holders();
    } catch (IOException _) {
      holders = List.of(); // Naming is a courtesy.
    }
    throw new TargetException.Disturbed(
        path.toString(),
        "was opened "
            + (holders.isEmpty() ? "by another process" : "by " + Holder.describeAll(holders))
            + " while it was restored. "
            + LEFT_BEHIND);
  }

  @Override
  public void finish() throws TargetException {
    checkUndisturbed();
    try {
      if (isFile && target().file().status().sizeBytes() != sizeBytes()) {
        target().file().resize(sizeBytes());
      }
    } catch (IOException e) {
      throw target().failed("giving it " + sizeBytes() + " bytes", e);
    }
    target().sync();
    checkUndisturbed();
    close();
  }

  @Override
  public void close() {
    lease.ifPresent(FileLease::close);
    super.close();
  }
}
