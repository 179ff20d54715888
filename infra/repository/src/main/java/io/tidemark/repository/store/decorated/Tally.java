package io.tidemark.repository.store.decorated;

/// A number of requests and the bytes of their bodies, headers not counted.
///
/// @param sentBytes of creates that the store answered, each once; not of tries that failed
/// @param receivedBytes of gets
public record Tally(long requests, long sentBytes, long receivedBytes) {
  public static final Tally NONE = new Tally(0, 0, 0);

  public Tally plus(Tally other) {
    return new Tally(
        requests + other.requests,
        sentBytes + other.sentBytes,
        receivedBytes + other.receivedBytes);
  }

  /// What came since `earlier`.
  public Tally minus(Tally earlier) {
    return new Tally(
        requests - earlier.requests,
        sentBytes - earlier.sentBytes,
        receivedBytes - earlier.receivedBytes);
  }
}
