package io.tidemark.agent.flow;

import io.tidemark.repository.map.MapNode;

/// Which part of a snapshot a verification reads: neighbours are taken or left together, so that
/// they still come in one request. The same seed takes the same part.
///
/// @param percent more than 0, at most 100
public record Sample(double percent, long seed) {
  public static final Sample ALL = new Sample(100, 0);

  public Sample {
    if (!(percent > 0) || percent > 100) {
      throw new IllegalArgumentException(
          "No sample: " + percent + " % (wanted more than 0 and at most 100)");
    }
  }

  boolean isAll() {
    return percent == 100;
  }

  /// Whether the leaf that holds this chunk is read.
  boolean takes(long chunk) {
    // The finaliser of SplitMix64: neighbouring numbers come out unrelated.
    long mixed = seed + (chunk / MapNode.FAN_OUT + 1) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    mixed ^= mixed >>> 31;
    return (mixed >>> 11) * 0x1.0p-53 * 100 < percent;
  }
}
