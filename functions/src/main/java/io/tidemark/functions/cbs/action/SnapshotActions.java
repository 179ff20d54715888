package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.restore.RequestedRestore;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes, lists, changes, deletes and rolls back to snapshots.
final class SnapshotActions {
  /// How long after the request a rollback may begin.
  static final Duration HOW_LATE = Duration.ofHours(1);

  private static final String NAME = "SnapshotName";
  private static final String SNAPSHOT = "SnapshotId";
  private static final String DISK = "DiskId";
  private static final int MOST_DELETED = 100;
  private static final int MOST_DISKS = 10;

  private SnapshotActions() {}

  static Fields create(ActionCall call) {
    Arguments arguments = call.arguments();
    if (arguments.has("DiskBackupId")) {
      throw CbsException.unsupported(
          "There are no backup points here; make a snapshot of a disk.", "此服务没有备份点，请对云硬盘创建快照。");
    }
    Optional<String> usage = arguments.word("DiskUsage", Set.of("SYSTEM_DISK", "DATA_DISK"));
    if (usage.filter("SYSTEM_DISK"::equals).isPresent()) {
      throw CbsException.unsupported(
          "All disks here are data disks; leave out `DiskUsage`.", "此处的云硬盘均为数据盘，请去掉 `DiskUsage`。");
    }
    String disk = arguments.requiredText(DISK);
    String name = Labels.name(arguments, NAME).orElse("");
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    Label label =
        new Label(name, Labels.tags(arguments), Labels.deadline(arguments, reading.storeTime()));
    NamedVolume volume = Ids.volume(reading.state(), disk);
    new DiskFields(call.repository(), reading.state(), volume).requireQuiet();
    RequestedSnapshot requested =
        new SnapshotRequests(call.repository())
            .request(
                reading.state(),
                new SnapshotRequest(volume, label, Optional.empty(), Policy.HOW_LATE, Wishes.NONE),
                Optional.empty());
    return new Fields().put(SNAPSHOT, requested.id().text());
  }

  static Fields describe(ActionCall call) {
    Listing listing =
        Listing.of(call.arguments(), "SnapshotIds", Set.of("CREATE_TIME", "CREATETIME"));
    Optional<List<String>> disks = listing.values(SnapshotSearch.DISK);
    if (disks.filter(list -> list.size() > MOST_DISKS).isPresent()) {
      throw new CbsException(
          "InvalidParameterValue",
          "The filter `disk-id` has more than " + MOST_DISKS + " values.",
          "过滤条件 `disk-id` 最多允许 " + MOST_DISKS + " 个值。");
    }
    RepositoryState state = call.repository().journal().read().state();
    SnapshotFields fields = new SnapshotFields(call, state);
    return new SnapshotSearch(call.repository(), state, call.place()).page(listing, fields::of);
  }

  static Fields delete(ActionCall call) {
    List<String> ids = call.arguments().requiredTexts("SnapshotIds", MOST_DELETED);
    // There are no images here that could be bound.
    Optional<Boolean> _ = call.arguments().flag("DeleteBindImages");
    List<Snapshot> snapshots =
        ids.stream().distinct().map(id -> normal(call.repository(), id)).toList();
    List<Snapshot> _ =
        new Snapshots(call.repository()).delete(snapshots, Snapshots.Deletion.TO_TRASH);
    return new Fields();
  }

  static Fields modify(ActionCall call) {
    Arguments arguments = call.arguments();
    String id = arguments.requiredText(SNAPSHOT);
    Optional<String> name = Labels.name(arguments, NAME);
    Optional<Boolean> permanent = arguments.flag("IsPermanent");
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    Optional<Instant> deadline =
        permanent.orElse(false)
            ? Optional.empty()
            : Labels.deadline(arguments, reading.storeTime());
    Snapshot snapshot =
        SnapshotSearch.find(call.repository(), id).orElseThrow(() -> Ids.unknownSnapshot(id));
    SnapshotFields fields = new SnapshotFields(call, reading.state());
    if (permanent.isPresent()) {
      if (permanent.get() && fields.isJudged(snapshot.entry())) {
        throw CbsException.unsupported(
            "An auto snapshot policy decides how long "
                + id
                + " stays. Hold it instead: tidemark snapshot hold "
                + id,
            "快照 " + id + " 的保留时间由定期快照策略决定，如需长期保留请将其锁定：tidemark snapshot hold " + id);
      }
      if (!permanent.get() && deadline.isEmpty() && fields.deadline(snapshot.entry()).isEmpty()) {
        throw arguments.missing(Labels.DEADLINE);
      }
    }
    Snapshot _ =
        new Snapshots(call.repository())
            .describe(
                snapshot,
                label ->
                    new Label(
                        name.orElse(label.name()),
                        label.tags(),
                        permanent.orElse(false) ? Optional.empty() : deadline.or(label::expires)));
    return new Fields();
  }

  static Fields apply(ActionCall call) {
    Arguments arguments = call.arguments();
    String id = arguments.requiredText(SNAPSHOT);
    String disk = arguments.requiredText(DISK);
    boolean stops = arguments.flag("AutoStopInstance").orElse(false);
    boolean starts = arguments.flag("AutoStartInstance").orElse(false);
    if (starts && !stops) {
      throw arguments.wrong(
          "AutoStartInstance",
          "is true, and so `AutoStopInstance` has to be",
          "为 true 时，`AutoStopInstance` 也须为 true");
    }
    if (stops) {
      throw CbsException.unsupported(
          "No instance can be stopped from here. Stop what uses the disk, then roll back.",
          "此服务无法关闭实例，请先停止使用该云硬盘的程序，再回滚快照。");
    }
    RepositoryState state = call.repository().journal().read().state();
    NamedVolume volume = Ids.volume(state, disk);
    Snapshot snapshot = normal(call.repository(), id);
    if (!snapshot.volume().id().equals(volume.id())) {
      throw arguments.wrong(
          DISK,
          "is not the disk that " + id + " is of: " + Ids.disk(snapshot.volume().id()),
          "不是快照 " + id + " 的源云硬盘 " + Ids.disk(snapshot.volume().id()));
    }
    new DiskFields(call.repository(), state, volume).requireNoneInTheMaking();
    RequestedRestore _ =
        new RestoreRequests(call.repository())
            .request(state, snapshot, new RestoreTarget.InPlace(), HOW_LATE, Optional.empty());
    return new Fields();
  }

  /// @throws CbsException unless it is there and `NORMAL`
  static Snapshot normal(Repository repository, String id) {
    Snapshot snapshot =
        SnapshotSearch.find(repository, id).orElseThrow(() -> Ids.unknownSnapshot(id));
    String state = SnapshotFields.state(snapshot).orElseThrow();
    if (state.equals(SnapshotFields.CREATING)) {
      throw new CbsException(
          "ResourceUnavailable.SnapshotCreating",
          "The snapshot " + id + " is not made yet. Wait until it is NORMAL.",
          "快照 " + id + " 正在创建中，请等待其状态变为 NORMAL。");
    }
    if (state.equals(SnapshotFields.ROLLBACKING)) {
      throw new CbsException(
          "ResourceBusy",
          "The snapshot " + id + " is being rolled back to. Try again when that is done.",
          "快照 " + id + " 正在回滚，请在回滚完成后重试。");
    }
    return snapshot;
  }
}
