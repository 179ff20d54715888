package io.tidemark.repository.pack;

import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;

/// Names one pack: pack `k` of session `session` of a volume.
public record PackId(VolumeId volume, long session, int k) implements Comparable<PackId> {
  public static final int LARGEST_K = 99_999_999;

  public PackId {
    if (session < 1 || k < 0 || k > LARGEST_K) {
      throw new IllegalArgumentException("No pack: number " + k + " of session " + session);
    }
  }

  /// Where the store holds it.
  public String key() {
    return ObjectKeys.pack(volume, session, k);
  }

  @Override
  public int compareTo(PackId other) {
    int order = volume.compareTo(other.volume);
    order = order != 0 ? order : Long.compare(session, other.session);
    return order != 0 ? order : Integer.compare(k, other.k);
  }
}
