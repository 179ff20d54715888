package io.tidemark.repository.host;

import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.util.Locale;
import java.util.Optional;

/// Points a host to one request in the journal of a volume.
public sealed interface Marker {
  VolumeId volume();

  /// A snapshot is REQUESTED.
  record ForSnapshot(VolumeId volume, SnapshotId snapshot) implements Marker {}

  /// A restore's hold stands.
  ///
  /// @param hold number of its `held` in that journal
  record ForRestore(VolumeId volume, long hold) implements Marker {}

  /// Its key in the inbox of a host.
  default String key(HostId host) {
    String id =
        switch (this) {
          case ForSnapshot(VolumeId _, SnapshotId snapshot) -> snapshot.text();
          case ForRestore(VolumeId _, long hold) -> String.format(Locale.ROOT, "%020d", hold);
        };
    return ObjectKeys.inbox(host) + volume() + "-" + id;
  }

  /// What the last part of a key says; empty for one that is none.
  static Optional<Marker> parse(String name) {
    int end = VolumeId.CHARACTERS;
    if (name.length() <= end + 1
        || name.charAt(end) != '-'
        || !VolumeId.isValid(name.substring(0, end))) {
      return Optional.empty();
    }
    VolumeId volume = new VolumeId(name.substring(0, end));
    String id = name.substring(end + 1);
    if (SnapshotId.isValid(id)) {
      return Optional.of(new ForSnapshot(volume, new SnapshotId(id)));
    }
    if (id.length() != 20 || !id.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ForRestore(volume, Long.parseLong(id)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
