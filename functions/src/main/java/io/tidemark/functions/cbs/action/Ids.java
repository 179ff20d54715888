package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.http.Percent;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.util.Optional;

/// Ids of the API: the same 17 digits behind other beginnings. Disks are volumes.
final class Ids {
  private static final String DISK = "disk-";
  private static final String VOLUME = "vol-";
  private static final String AUTO_POLICY = "asp-";
  private static final String POLICY = "pol-";

  private Ids() {}

  static String disk(VolumeId volume) {
    return DISK + volume.text().substring(VOLUME.length());
  }

  static String policy(PolicyId policy) {
    return AUTO_POLICY + policy.text().substring(POLICY.length());
  }

  /// The open volume that a disk's id means.
  static Optional<NamedVolume> findVolume(RepositoryState state, String disk) {
    String id = disk.startsWith(DISK) ? VOLUME + disk.substring(DISK.length()) : "";
    return VolumeId.isValid(id)
        ? state.find(new VolumeId(id)).filter(volume -> volume.life() == Life.OPEN)
        : Optional.empty();
  }

  /// @throws CbsException when there is none
  static NamedVolume volume(RepositoryState state, String disk) {
    return findVolume(state, disk)
        .orElseThrow(
            () ->
                new CbsException(
                    "InvalidDiskId.NotFound",
                    "There is no disk `" + Percent.shown(disk) + "`.",
                    "云硬盘 `" + Percent.shown(disk) + "` 不存在。"));
  }

  static Optional<Policy> findPolicy(RepositoryState state, String policy) {
    String id =
        policy.startsWith(AUTO_POLICY) ? POLICY + policy.substring(AUTO_POLICY.length()) : "";
    return PolicyId.isValid(id) ? state.find(new PolicyId(id)) : Optional.empty();
  }

  /// @throws CbsException when there is none
  static Policy policy(RepositoryState state, String policy) {
    return findPolicy(state, policy)
        .orElseThrow(
            () ->
                new CbsException(
                    "InvalidAutoSnapshotPolicyId.NotFound",
                    "There is no auto snapshot policy `" + Percent.shown(policy) + "`.",
                    "定期快照策略 `" + Percent.shown(policy) + "` 不存在。"));
  }

  /// @throws CbsException when it can be none
  static SnapshotId snapshot(String id) {
    if (!SnapshotId.isValid(id)) {
      throw unknownSnapshot(id);
    }
    return new SnapshotId(id);
  }

  static CbsException unknownSnapshot(String id) {
    return new CbsException(
        "InvalidSnapshotId.NotFound",
        "There is no snapshot `" + Percent.shown(id) + "`.",
        "快照 `" + Percent.shown(id) + "` 不存在。");
  }
}
