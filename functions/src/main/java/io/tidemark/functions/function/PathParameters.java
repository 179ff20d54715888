package io.tidemark.functions.function;

import io.tidemark.functions.http.Call;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.volume.VolumeName;

/// What paths name.
final class PathParameters {
  private PathParameters() {}

  static SnapshotSelector snapshot(Call call) {
    return call.path().value("snapshot", SnapshotSelector::parse).orElseThrow();
  }

  /// The name or id of a volume.
  static String volume(Call call) {
    return call.path().value("volume", PathParameters::volume).orElseThrow();
  }

  /// The name or id of a policy.
  static String policy(Call call) {
    return call.path().required("policy");
  }

  /// @throws IllegalArgumentException when it can be neither a name nor an id
  static String volume(String text) {
    return VolumeId.isValid(text) ? text : new VolumeName(text).text();
  }
}
