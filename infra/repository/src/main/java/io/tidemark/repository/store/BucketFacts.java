package io.tidemark.repository.store;

/// What a store says about itself.
///
/// @param server the `Server` header of its answers, or `unknown`
public record BucketFacts(String server, Versioning versioning) {

  /// Nothing is known.
  public static final BucketFacts UNKNOWN = new BucketFacts("unknown", Versioning.UNKNOWN);

  /// Whether a DELETE keeps the bytes as an old version: in such a bucket collection frees nothing
  /// until a lifecycle rule removes old versions.
  public enum Versioning {
    OFF,
    SUSPENDED,
    ON,
    /// The store does not say, or not with these rights.
    UNKNOWN
  }
}
