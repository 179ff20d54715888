package io.tidemark.agent.source;

import io.tidemark.agent.system.FileLease;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.repository.journal.Consistency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// An image file that a read lease keeps writers out of.
final class IdleFileView extends MediumView {
  private final FileLease lease;
  private final FileStatus status;
  private final OpenFileHolders holders;

  IdleFileView(
      Medium medium, FileLease lease, FileStatus status, Instant instant, OpenFileHolders holders) {
    super(medium, instant);
    this.lease = lease;
    this.status = status;
    this.holders = holders;
  }

  @Override
  public Consistency consistency() {
    return Consistency.IDLE;
  }

  @Override
  public List<String> remarks() {
    return List.of(); // The kernel vouches for it; nothing had to be looked at.
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    super.read(offsetBytes, into);
    checkLease();
  }

  @Override
  public void confirm() throws SourceException {
    Path path = medium.path();
    try {
      if (!FileStatus.of(path).isSameAs(status)) {
        throw new SourceException.Changed(
            path,
            "was replaced by another file while it was read. The snapshot was not made. Run it"
                + " again.");
      }
      if (medium.file().status().sizeBytes() != medium.sizeBytes()) {
        throw new SourceException.Changed(
            path, "changed its size while it was read. The snapshot was not made. Run it again.");
      }
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw new SourceException.Changed(
          path,
          "was removed or renamed while it was read ("
              + e.getMessage()
              + "). The snapshot was not made. Run it again with the right path.");
    }
    checkLease();
  }

  private void checkLease() throws SourceException {
    Path path = medium.path();
    try {
      if (lease.isHeld()) {
        return;
      }
    } catch (IOException e) {
      throw new SourceException.Unreadable(path, "its lease is lost (" + e.getMessage() + ")", e);
    }
    throw new SourceException.Changed(
        path,
        "was opened for writing while it was read"
            + Refusals.bySeen(holders, path)
            + ", so what was read is no single instant. The snapshot was not made. "
            + String.join(" ", Refusals.WAYS_OUT));
  }

  @Override
  public void close() {
    lease.close();
    super.close();
  }
}
