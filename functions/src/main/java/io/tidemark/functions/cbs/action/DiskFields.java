package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One volume as the API shows it. Its journal is read once, and only when something of it is asked
/// for.
final class DiskFields {
  static final String TYPE = "CLOUD_PREMIUM";
  static final String CHARGED = "POSTPAID_BY_HOUR";
  private static final String ROLLBACKING = "ROLLBACKING";
  private static final String DUMPING = "DUMPING";
  private static final long MIB = 1L << 20;

  /// The end of a rollback is not looked for among more events than these.
  private static final int EVENTS_LOOKED_THROUGH = 4;

  private final Repository repository;
  private final RepositoryState repositoryState;
  private NamedVolume volume;
  private @Nullable Reading<VolumeEvent, VolumeState> read;

  DiskFields(Repository repository, RepositoryState repositoryState, NamedVolume volume) {
    this.repository = repository;
    this.repositoryState = repositoryState;
    this.volume = volume;
  }

  NamedVolume volume() {
    return volume;
  }

  private VolumeState state() {
    return reading().state();
  }

  private Reading<VolumeEvent, VolumeState> reading() {
    Reading<VolumeEvent, VolumeState> reading = read;
    if (reading == null) {
      reading = repository.journal(volume.id()).read();
      read = reading;
    }
    return reading;
  }

  /// Whether there is anything: a volume whose first restore failed never was a disk.
  boolean isThere() {
    if (!isToBeMade() || restore().isPresent()) {
      return true;
    }
    // Its host may have made it since the state of the repository was read.
    Optional<NamedVolume> now =
        repository
            .journal()
            .read()
            .state()
            .find(volume.id())
            .filter(found -> found.life() == RepositoryState.Life.OPEN);
    volume = now.orElse(volume);
    return !isToBeMade();
  }

  /// `ROLLBACKING`, `DUMPING` while a snapshot is copied to a new disk, else `UNATTACHED`: nothing
  /// here knows of instances.
  String word() {
    if (restore().isEmpty()) {
      return "UNATTACHED";
    }
    return isToBeMade() ? DUMPING : ROLLBACKING;
  }

  /// @throws CbsException while it is rolled back or made
  void requireQuiet() {
    String id = Ids.disk(volume.id());
    switch (word()) {
      case ROLLBACKING ->
          throw new CbsException(
              "ResourceInUse.DiskRollbacking",
              "The disk " + id + " is being rolled back. Try again when that is done.",
              "云硬盘 " + id + " 正在回滚，请在回滚完成后重试。");
      case DUMPING ->
          throw new CbsException(
              "InvalidDisk.Busy",
              "The disk " + id + " is still being made. Try again when it is UNATTACHED.",
              "云硬盘 " + id + " 正在创建，请等待其状态变为 UNATTACHED 后重试。");
      default -> {}
    }
  }

  /// @throws CbsException while a snapshot of it is asked for or made
  void requireNoneInTheMaking() {
    for (Entry entry : state().entries().values()) {
      if (SnapshotFields.isInTheMaking(entry)) {
        String id = Ids.disk(volume.id());
        throw new CbsException(
            "InvalidDisk.SnapshotCreating",
            "The snapshot "
                + entry.snapshot()
                + " of the disk "
                + id
                + " is not made yet. Try again when it is NORMAL.",
            "云硬盘 " + id + " 的快照 " + entry.snapshot() + " 正在创建中，请等待其状态变为 NORMAL 后重试。");
      }
    }
  }

  /// @param usage of its snapshots
  /// @param prompt what went wrong last
  Fields shown(Place place, Usage usage, Optional<List<String>> policies, String prompt) {
    boolean rollingBack = word().equals(ROLLBACKING);
    Fields fields =
        new Fields()
            .put("DiskId", Ids.disk(volume.id()))
            .put("DiskName", volume.name())
            .put("DiskState", word())
            .put("DiskSize", SnapshotFields.gib(sizeBytes()))
            .put("DiskUsage", "DATA_DISK")
            .put("DiskType", TYPE)
            .put("DiskChargeType", CHARGED)
            .put("Placement", SnapshotFields.placement(place))
            .put("Portable", true)
            .put("Attached", false)
            .put("InstanceId", "")
            .put("InstanceIdList", List.of())
            .put("SnapshotAbility", isAble())
            .put("SnapshotCount", QuotaCheck.counted(state()))
            .put("SnapshotSize", Math.ceilDiv(usage.bytes(), MIB))
            .put("Rollbacking", rollingBack)
            .put("RollbackPercent", percent())
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
        .put("CreateTime", place.time(repository.journal(volume.id()).createdAt(1)))
        .put("DeadlineTime", "")
        .put("ErrorPrompt", prompt)
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
                state().entries().values().stream()
                    .map(Entry::content)
                    .flatMap(Optional::stream)
                    .max(Comparator.comparingLong(Phase.Content::commit))
                    .map(Phase.Content::root))
        .map(Root::sizeBytes)
        .orElse(0L);
  }

  /// Why its last rollback did not do what it was to; "" once more has happened to it.
  String lastFault() {
    long newest = reading().number();
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume.id());
    return journal.events(Math.max(1, newest - EVENTS_LOOKED_THROUGH + 1), newest).stream()
        .map(Journal.Numbered::event)
        .filter(VolumeEvent.Released.class::isInstance)
        .map(VolumeEvent.Released.class::cast)
        .filter(released -> isRollback(journal, released.hold()))
        .map(VolumeEvent.Released::outcome)
        .reduce((_, last) -> last)
        .filter(outcome -> !outcome.equals(VolumeEvent.Released.DONE))
        .orElse("");
  }

  private boolean isRollback(Journal<VolumeEvent, VolumeState> journal, long hold) {
    return journal.events(hold, hold).stream()
        .anyMatch(
            event ->
                event.event() instanceof VolumeEvent.Held held
                    && held.restore().filter(restore -> restore.isInto(volume.id())).isPresent());
  }

  private boolean isAble() {
    return !isToBeMade() && repositoryState.findHost(volume.host()).isPresent();
  }

  private boolean isToBeMade() {
    return volume.source().startsWith(RestoreRequests.source(""));
  }

  private Optional<Hold> restore() {
    return state().holds().values().stream()
        .filter(hold -> hold.restore().filter(restore -> restore.isInto(volume.id())).isPresent())
        .findFirst();
  }

  private int percent() {
    return restore()
        .filter(_ -> !isToBeMade())
        .map(
            hold ->
                SnapshotFields.percent(new Beats(repository, volume.id(), hold.number()).read()))
        .orElse(0);
  }
}
