package io.tidemark.repository.journal.repository;

import java.util.OptionalLong;

/// Limits of the repository; empty where there is none.
///
/// @param snapshotsPerVolume that are REQUESTED, CREATING or READY; exact
/// @param snapshots READY in all; overshot by at most those in flight
/// @param bytes of objects that snapshots need, in all; overshot by at most those in flight
public record Quotas(OptionalLong snapshotsPerVolume, OptionalLong snapshots, OptionalLong bytes) {
  public static final Quotas NONE =
      new Quotas(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  public Quotas {
    if (snapshotsPerVolume.orElse(0) < 0 || snapshots.orElse(0) < 0 || bytes.orElse(0) < 0) {
      throw new IllegalArgumentException("A limit is 0 or more");
    }
  }
}
