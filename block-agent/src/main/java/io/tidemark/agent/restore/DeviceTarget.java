package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A block device, claimed for this process. All bytes up to the snapshot's size are written,
/// zeroes too; what lies behind stays.
final class DeviceTarget extends OpenTarget {
  static final Set<OpenFile.Mode> FOR_WRITING =
      Collections.unmodifiableSet(EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.EXCLUSIVE));

  private static final String LEFT_BEHIND =
      "The device holds a mixture of old and new bytes; restore to it again before it is used.";

  private final ZeroRange zeroRange;

  private DeviceTarget(
      TargetFile target, ZeroRange zeroRange, long sizeBytes, List<String> remarks) {
    super(target, sizeBytes, remarks);
    this.zeroRange = zeroRange;
  }

  static DeviceTarget open(Path path, long sizeBytes) throws TargetException {
    List<String> remarks = new ArrayList<>();
    OpenFile file = claim(path, sizeBytes, FOR_WRITING, remarks);
    boolean done = false;
    try {
      TargetFile target = new TargetFile(path.toString(), file, LEFT_BEHIND);
      DeviceTarget device = new DeviceTarget(target, new ZeroRange(target), sizeBytes, remarks);
      done = true;
      return device;
    } catch (IOException e) {
      throw new TargetException.Failed(
          path.toString(), "cannot be looked at (" + e.getMessage() + ").", e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /// Claims it for a moment, for reading.
  static Prospect look(Path path, long sizeBytes, Prospect.Kind kind) throws TargetException {
    Failures.checkWritable(path);
    List<String> remarks = new ArrayList<>();
    try (OpenFile _ = claim(path, sizeBytes, EnumSet.of(OpenFile.Mode.EXCLUSIVE), remarks)) {
      return new Prospect(path.toString(), kind, OptionalLong.empty(), remarks);
    }
  }

  /// Opens what nobody uses and what is large enough, without writing to it.
  static OpenFile claim(Path path, long sizeBytes, Set<OpenFile.Mode> modes, List<String> remarks)
      throws TargetException {
    OpenFileHolders holders = new OpenFileHolders();
    OpenFile file;
    try {
      file = OpenFile.open(path, modes);
    } catch (SystemCallException e) {
      throw Failures.cannotOpen(path, holders, e);
    }
    boolean done = false;
    try {
      if (file.status().kind() != FileStatus.Kind.BLOCK_DEVICE) {
        throw new TargetException.NotATarget(
            path.toString(), "became something else just now. Nothing was written.");
      }
      if (file.isReadOnlyDevice()) {
        throw new TargetException.Denied(
            path.toString(),
            "the device is read-only. Make it writable (blockdev --setrw), or restore elsewhere.",
            null);
      }
      long deviceBytes = file.deviceBytes();
      if (deviceBytes < sizeBytes) {
        throw new TargetException.TooSmall(
            path.toString(),
            "has "
                + deviceBytes
                + " bytes, the snapshot "
                + sizeBytes
                + ". Nothing was written. Restore to a device of that size or to a new file.");
      }
      OpenFileHolders.Findings findings = holders.ofOthers(file);
      List<Holder> writers = findings.writers();
      if (!writers.isEmpty()) {
        throw Failures.inUse(path, writers, List.of());
      }
      if (deviceBytes > sizeBytes) {
        remarks.add(
            "The device is larger than the snapshot: its last "
                + (deviceBytes - sizeBytes)
                + " bytes stay as they are.");
      }
      remarks.addAll(findings.blindSpots());
      done = true;
      return file;
    } catch (TargetException e) {
      throw e;
    } catch (IOException e) {
      throw new TargetException.Failed(
          path.toString(), "cannot be looked at (" + e.getMessage() + "). Nothing was written.", e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  @Override
  public Optional<Present> present() {
    return Optional.empty();
  }

  @Override
  public void write(long offsetBytes, ByteBuffer bytes) throws TargetException {
    Ranges.check(this, offsetBytes, bytes.remaining());
    target().write(offsetBytes, bytes);
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws TargetException {
    Ranges.check(this, offsetBytes, lengthBytes);
    zeroRange.zero(offsetBytes, lengthBytes);
  }

  @Override
  public void finish() throws TargetException {
    target().sync();
    close();
  }
}
