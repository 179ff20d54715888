package io.tidemark.repository.collect;

import java.util.List;

/// What a collection did to one volume, or would do.
///
/// @param requests for the audit and the deletes, to be made or made; finding the plan out, and
///   noting in the index what is used, take some more
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
