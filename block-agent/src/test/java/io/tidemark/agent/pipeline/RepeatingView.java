package io.tidemark.agent.pipeline;

import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.journal.Consistency;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A volume in which every byte is 1.
record RepeatingView(long sizeBytes) implements VolumeView {
  @Override
  public Consistency consistency() {
    return Consistency.IDLE;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) {
    while (into.remaining() >= Long.BYTES) {
      into.putLong(0x0101_0101_0101_0101L);
    }
    while (into.hasRemaining()) {
      into.put((byte) 1);
    }
  }

  @Override
  public Optional<Extent> nextData(long fromBytes) {
    return fromBytes < sizeBytes
        ? Optional.of(new Extent(fromBytes, sizeBytes - fromBytes))
        : Optional.empty();
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public void confirm() {}

  @Override
  public void close() {}
}
