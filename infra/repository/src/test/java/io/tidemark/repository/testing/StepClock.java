package io.tidemark.repository.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that moves when a test says so.
public final class StepClock implements InstantSource {
  /// Where every such clock starts, so that bytes with a time in them stay the same.
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  public synchronized void advance(Duration span) {
    now = now.plus(span);
  }
}
