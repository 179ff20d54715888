package io.tidemark.agent.source;

import io.tidemark.repository.journal.Consistency;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A file or device as it happens to be while it is read.
final class LiveView implements VolumeView {
  private final Medium medium;
  private final Instant instant;

  LiveView(Medium medium, Instant instant) {
    this.medium = medium;
    this.instant = instant;
  }

  @Override
  public long sizeBytes() {
    return medium.sizeBytes();
  }

  @Override
  public Consistency consistency() {
    return Consistency.LIVE;
  }

  @Override
  public Instant instant() {
    return instant;
  }

  @Override
  public List<String> remarks() {
    return List.of(
        "Taken live: bytes written meanwhile may be there or not, and the copy may not work.");
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    medium.read(offsetBytes, into);
  }

  @Override
  public Optional<Extent> nextData(long fromBytes) throws SourceException {
    return medium.nextData(fromBytes);
  }

  @Override
  public void confirm() {
    // A live view promises nothing that could have been broken.
  }

  @Override
  public void close() {
    medium.close();
  }
}
