package io.tidemark.repository.store;

import java.time.Instant;
import java.util.List;

/// One answer to a LIST: the keys in order, whether more follow, and the store's own clock at that
/// moment.
///
/// @param storeTime the answer's `Date` header: the only clock that ages are taken from
public record Listing(List<Entry> entries, boolean truncated, Instant storeTime) {
  public Listing {
    entries = List.copyOf(entries);
  }

  /// @param key relative to the store's prefix
  /// @param lastModified by the store's clock, whole seconds
  public record Entry(String key, long sizeBytes, Instant lastModified) {}
}
