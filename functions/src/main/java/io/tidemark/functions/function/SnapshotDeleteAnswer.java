package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.snapshot.ShownSnapshot;
import java.util.List;

/// @param deleted the snapshots as they were before
@Serdeable
public record SnapshotDeleteAnswer(List<ShownSnapshot> deleted) {
  public SnapshotDeleteAnswer {
    deleted = List.copyOf(deleted);
  }
}
