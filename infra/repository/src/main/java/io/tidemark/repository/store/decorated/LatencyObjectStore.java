package io.tidemark.repository.store.decorated;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/// Behaves like a store at the other end of a line: every call takes a round trip and the time of
/// its bytes, each call for itself.
public final class LatencyObjectStore extends ForwardingObjectStore {
  private final Duration roundTrip;
  private final long bytesPerSecond;
  private final Line line;

  /// What lets time pass: a sleep, or a step of a simulated clock.
  @FunctionalInterface
  public interface Line {
    void pass(Duration time);
  }

  /// @param bytesPerSecond of one call's body
  public LatencyObjectStore(ObjectStore inner, Duration roundTrip, long bytesPerSecond, Line line) {
    super(inner);
    if (roundTrip.isNegative() || bytesPerSecond < 1) {
      throw new IllegalArgumentException(roundTrip + " and " + bytesPerSecond + " bytes a second");
    }
    this.roundTrip = roundTrip;
    this.bytesPerSecond = bytesPerSecond;
    this.line = line;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    pass(body.remaining());
    return super.createIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) {
    return passed(super.get(key));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return passed(super.get(key, range));
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    pass(0);
    return super.list(prefix, startAfter, max);
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    pass(0);
    return super.delete(keys);
  }

  private byte[] passed(byte[] bytes) {
    pass(bytes.length);
    return bytes;
  }

  private void pass(long bytes) {
    line.pass(roundTrip.plusNanos(Math.multiplyExact(bytes, 1_000_000_000L) / bytesPerSecond));
  }
}
