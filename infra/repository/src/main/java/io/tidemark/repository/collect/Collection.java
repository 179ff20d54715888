package io.tidemark.repository.collect;

import java.util.List;

/// What a collection did to one volume, or would do.
///
/// @param requests that carrying out the plan takes, or took; finding it out took some more
/// @param failures why single objects were not deleted, by key and the store's words
public record Collection(
    CollectionPlan plan,
    Outcome outcome,
    int deletedObjects,
    long freedBytes,
    int requests,
    List<String> failures) {
  public Collection {
    failures = List.copyOf(failures);
  }

  /// Whether the plan was carried out.
  public enum Outcome {
    PLANNED,
    DONE
  }
}
