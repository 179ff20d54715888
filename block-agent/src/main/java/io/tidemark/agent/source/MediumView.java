package io.tidemark.agent.source;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/// A view of what lies in a file or device of this host, which it closes with itself.
abstract class MediumView implements VolumeView {
  final Medium medium;
  private final Instant instant;

  MediumView(Medium medium, Instant instant) {
    this.medium = medium;
    this.instant = instant;
  }

  @Override
  public final long sizeBytes() {
    return medium.sizeBytes();
  }

  @Override
  public final Instant instant() {
    return instant;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    medium.read(offsetBytes, into);
  }

  @Override
  public final Optional<Extent> nextData(long fromBytes) throws SourceException {
    return medium.nextData(fromBytes);
  }

  @Override
  public void close() {
    medium.close();
  }
}
