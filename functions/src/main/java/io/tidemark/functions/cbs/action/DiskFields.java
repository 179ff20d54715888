package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.session.Beats;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One volume as the API shows it.
///
/// @param createdAt by the store's clock
/// @param usage of its snapshots
record DiskFields(
    RepositoryState repositoryState,
    NamedVolume volume,
    VolumeState state,
    Instant createdAt,
    Usage usage) {
  static final String TYPE = "CLOUD_PREMIUM";
  static final String CHARGED = "POSTPAID_BY_HOUR";
  private static final long MIB = 1L << 20;

  static DiskFields of(
      Repository repository, RepositoryState repositoryState, NamedVolume volume, Usage usage) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume.id());
    return new DiskFields(
        repositoryState, volume, journal.read().state(), journal.createdAt(1), usage);
  }

  /// Whether there is anything: a volume whose first restore failed never was a disk.
  boolean isThere() {
    return !isToBeMade() || restore().isPresent();
  }

  /// `ROLLBACKING`, `DUMPING` while a snapshot is copied to a new disk, else `UNATTACHED`: nothing
  /// here knows of instances.
  String word() {
    if (restore().isEmpty()) {
      return "UNATTACHED";
    }
    return isToBeMade() ? "DUMPING" : "ROLLBACKING";
  }

  Fields shown(ActionCall call, Optional<List<String>> policies) {
    boolean rollingBack = word().equals("ROLLBACKING");
    Fields fields =
        new Fields()
            .put("DiskId", Ids.disk(volume.id()))
            .put("DiskName", volume.name())
            .put("DiskState", word())
            .put("DiskSize", SnapshotFields.gib(sizeBytes()))
            .put("DiskUsage", "DATA_DISK")
            .put("DiskType", TYPE)
            .put("DiskChargeType", CHARGED)
            .put("Placement", SnapshotFields.placement(call.place()))
            .put("Portable", true)
            .put("Attached", false)
            .put("InstanceId", "")
            .put("InstanceIdList", List.of())
            .put("SnapshotAbility", isAble())
            .put("SnapshotCount", QuotaCheck.counted(state))
            .put("SnapshotSize", Math.ceilDiv(usage.bytes(), MIB))
            .put("Rollbacking", rollingBack)
            .put("RollbackPercent", percent(call.repository()))
            .put("Encrypt", false)
            .put("Shareable", false)
            .put("Migrating", false)
            .put("MigratePercent", 0);
    if (policies.isPresent()) {
      fields.put("AutoSnapshotPolicyIds", policies.get());
    } else {
      fields.putNull("AutoSnapshotPolicyIds");
    }
    return fields
        .put("DeleteSnapshot", 0)
        .put("BackupDisk", false)
        .put("DiskBackupQuota", 0)
        .put("DiskBackupCount", 0)
        .put("CreateTime", call.place().time(createdAt))
        .put("DeadlineTime", "")
        .put("RenewFlag", "NOTIFY_AND_MANUAL_RENEW")
        .put("ThroughputPerformance", 0)
        .put("BurstPerformance", false)
        .put("DeleteWithInstance", false)
        .putAll("Tags", Labels.shown(volume.tags()));
  }

  /// Of the policies that are for a disk, in the order they were made.
  static List<Policy> policies(RepositoryState state, NamedVolume volume) {
    return state.policies().values().stream()
        .filter(policy -> policy.volumes().selects(volume))
        .toList();
  }

  /// As its newest snapshot found it, or as its restore makes it; 0 before either.
  private long sizeBytes() {
    return restore()
        .map(Hold::root)
        .or(
            () ->
                state.entries().values().stream()
                    .map(Entry::content)
                    .flatMap(Optional::stream)
                    .max(Comparator.comparingLong(Phase.Content::commit))
                    .map(Phase.Content::root))
        .map(Root::sizeBytes)
        .orElse(0L);
  }

  private boolean isAble() {
    return !isToBeMade() && repositoryState.findHost(volume.host()).isPresent();
  }

  private boolean isToBeMade() {
    return volume.source().startsWith(RestoreRequests.source(""));
  }

  private Optional<Hold> restore() {
    return state.holds().values().stream()
        .filter(
            hold ->
                hold.restore()
                    .filter(restore -> restore.target().equals(volume.id().text()))
                    .isPresent())
        .findFirst();
  }

  private int percent(Repository repository) {
    return restore()
        .filter(_ -> !isToBeMade())
        .map(
            hold ->
                SnapshotFields.percent(new Beats(repository, volume.id(), hold.number()).read()))
        .orElse(0);
  }
}
