package io.tidemark.repository.pack;

import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import java.util.Optional;

/// Names one pack: pack `k` of session `session` of a volume.
public record PackId(VolumeId volume, long session, int k) implements Comparable<PackId> {
  public static final int LARGEST_K = 99_999_999;

  public PackId {
    if (session < 1 || k < 0 || k > LARGEST_K) {
      throw new IllegalArgumentException("No pack: number " + k + " of session " + session);
    }
  }

  /// The pack of a volume that lies at a key.
  ///
  /// @throws IllegalArgumentException when it is the key of none
  public static PackId ofKey(VolumeId volume, String key) {
    return new PackId(volume, ObjectKeys.packSession(key), ObjectKeys.packNumber(key));
  }

  /// The same; empty for a key of none: not Tidemark's, or a server's half-written file. Such a one
  /// is left alone, and a check reports it.
  public static Optional<PackId> find(VolumeId volume, String key) {
    try {
      return Optional.of(ofKey(volume, key));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
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
