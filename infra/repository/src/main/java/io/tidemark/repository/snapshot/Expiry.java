package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// When a snapshot may be deleted by itself, as somebody says it.
final class Expiry {
  private Expiry() {}

  /// Refuses one that is past: the snapshot would be gone with the next expiry run.
  ///
  /// @param now by the store's clock
  static void requireAhead(Optional<Instant> expires, Instant now) {
    if (expires.filter(at -> !at.isAfter(now)).isPresent()) {
      throw new Refused(
          Reason.EXPIRES_IN_PAST,
          "The expiry "
              + expires.get()
              + " is past: it is "
              + now.truncatedTo(ChronoUnit.SECONDS)
              + " by the store's clock. Nothing was changed. Name a time to come, or none.");
    }
  }
}
