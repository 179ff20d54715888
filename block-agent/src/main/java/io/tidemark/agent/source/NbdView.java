package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdException;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.nbd.StatusRun;
import io.tidemark.repository.journal.Consistency;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An export of an NBD server.
final class NbdView implements VolumeView {
  private final String place;
  private final NbdClient client;
  private final Instant instant;
  private final Consistency consistency;
  private final List<String> remarks;
  private final Optional<StatusExtents> allocation;

  /// @param place for messages
  NbdView(
      String place,
      NbdClient client,
      Instant instant,
      Consistency consistency,
      List<String> remarks) {
    this.place = place;
    this.client = client;
    this.instant = instant;
    this.consistency = consistency;
    this.remarks = List.copyOf(remarks);
    allocation =
        client.export().contexts().contains(NbdTarget.ALLOCATION)
            ? Optional.of(new StatusExtents(client, NbdTarget.ALLOCATION, run -> !run.isZero()))
            : Optional.empty();
  }

  @Override
  public long sizeBytes() {
    return client.export().sizeBytes();
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public Instant instant() {
    return instant;
  }

  @Override
  public List<String> remarks() {
    return remarks;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    try {
      client.read(offsetBytes, into);
    } catch (NbdException e) {
      throw whileRead(e);
    }
  }

  @Override
  public Optional<Extent> nextData(long fromBytes) throws SourceException {
    long sizeBytes = sizeBytes();
    if (fromBytes >= sizeBytes) {
      return Optional.empty();
    }
    if (allocation.isEmpty()) {
      return Optional.of(new Extent(fromBytes, sizeBytes - fromBytes));
    }
    try {
      return allocation.get().next(fromBytes);
    } catch (NbdException e) {
      throw whileRead(e);
    }
  }

  /// Whether the server tells the status of a context that was asked for.
  boolean tells(String context) {
    return client.export().contexts().contains(context);
  }

  /// What a dirty bitmap that the client asked for has.
  Changes.Extents dirty(String bitmap) {
    StatusExtents dirty =
        new StatusExtents(client, NbdTarget.DIRTY_BITMAP + bitmap, StatusRun::isDirty);
    return fromBytes -> {
      try {
        return dirty.next(fromBytes);
      } catch (NbdException e) {
        throw whileRead(e);
      }
    };
  }

  @Override
  public void confirm() throws SourceException {
    try {
      client.confirm();
    } catch (NbdException e) {
      throw new SourceException.Changed(
          place, "no longer is what was read: " + e.getMessage() + ". The snapshot was not made.");
    }
  }

  private SourceException whileRead(NbdException e) {
    return new SourceException.Unreadable(
        place,
        e.getMessage()
            + ". The snapshot was not made. Look into the server's log, and run it again.",
        e);
  }

  @Override
  public void close() {
    client.close();
  }
}
