package io.tidemark.agent.source;

import io.tidemark.agent.system.BlockDevices;
import io.tidemark.agent.system.DeviceNumber;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.repository.journal.Consistency;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A block device that this process has claimed, that nobody was seen to have open for writing
/// before and after, and whose count of written sectors stood still.
final class IdleDeviceView extends MediumView {
  private final DeviceNumber device;
  private final OpenFileHolders holders;
  private final BlockDevices devices;
  private final Optional<BlockDevices.WriteCounters> counters;
  private final List<String> remarks;

  /// Takes over `medium`, opened exclusively; the caller closes it when this throws.
  IdleDeviceView(Medium medium, Instant instant, OpenFileHolders holders, BlockDevices devices)
      throws SourceException {
    super(medium, instant);
    this.holders = holders;
    this.devices = devices;
    try {
      device = medium.file().status().device();
      OpenFileHolders.Findings findings = findNoWriters();
      // What was written before the instant is counted before it, not when the cache is emptied.
      medium.file().sync();
      counters = devices.writeCounters(device);
      List<String> unseen = new ArrayList<>(findings.blindSpots());
      if (counters.isEmpty()) {
        unseen.add(
            "The device keeps no account of writes, so a process that wrote in between and is gone"
                + " cannot be noticed.");
      }
      remarks = List.copyOf(unseen);
      medium.file().forgetCachedPages();
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw new SourceException.Unreadable(
          medium.path(), "cannot be looked at (" + e.getMessage() + ")", e);
    }
  }

  private OpenFileHolders.Findings findNoWriters() throws IOException {
    OpenFileHolders.Findings findings = holders.ofOthers(medium.file());
    List<Holder> writers = findings.writers();
    if (!writers.isEmpty()) {
      throw Refusals.inUse(medium.path(), "is in use by " + Holder.describeAll(writers), writers);
    }
    return findings;
  }

  @Override
  public Consistency consistency() {
    return Consistency.IDLE;
  }

  @Override
  public List<String> remarks() {
    return remarks;
  }

  @Override
  public void confirm() throws SourceException {
    Path path = medium.path();
    try {
      if (!FileStatus.of(path).device().equals(device)) {
        throw new SourceException.Changed(
            path,
            "became another device while it was read. The snapshot was not made. Run it again.");
      }
      if (medium.file().deviceBytes() != medium.sizeBytes()) {
        throw new SourceException.Changed(
            path, "changed its size while it was read. The snapshot was not made. Run it again.");
      }
      findNoWriters();
      medium.file().sync();
      if (!devices.writeCounters(device).equals(counters)) {
        throw new SourceException.Changed(
            path,
            "was written to while it was read, by a process that is gone, so what was read is no"
                + " single instant. The snapshot was not made. "
                + String.join(" ", Refusals.WAYS_OUT));
      }
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw new SourceException.Changed(
          path,
          "went away while it was read ("
              + e.getMessage()
              + "). The snapshot was not made. Look into the kernel's log.");
    }
  }
}
