package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.journal.repository.Quotas;
import java.util.Optional;
import java.util.OptionalLong;

/// The limits; empty where there is none.
@Serdeable
public record ShownQuotas(
    Optional<Long> snapshotsPerVolume, Optional<Long> snapshots, Optional<Long> bytes) {
  static ShownQuotas of(Quotas quotas) {
    return new ShownQuotas(
        boxed(quotas.snapshotsPerVolume()), boxed(quotas.snapshots()), boxed(quotas.bytes()));
  }

  private static Optional<Long> boxed(OptionalLong limit) {
    return limit.stream().boxed().findFirst();
  }
}
