package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.functions.cbs.wire.Words;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One snapshot as the API shows it.
final class SnapshotFields {
  static final String NORMAL = "NORMAL";
  static final String CREATING = "CREATING";
  static final String ROLLBACKING = "ROLLBACKING";
  static final Words UNNAMED = new Words("Unnamed", "未命名");
  private static final long GIB = 1L << 30;
  private static final int DONE = 100;

  private final ActionCall call;
  private final RepositoryState state;

  /// @param state of the repository, for policies
  SnapshotFields(ActionCall call, RepositoryState state) {
    this.call = call;
    this.state = state;
  }

  /// Empty for what the API has no word for: what is in the trash is deleted, and what failed never
  /// was.
  static Optional<String> state(Snapshot snapshot) {
    return switch (snapshot.entry().phase()) {
      case Phase.Requested _, Phase.Creating _ -> Optional.of(CREATING);
      case Phase.Ready _ -> Optional.of(isRollingBack(snapshot) ? ROLLBACKING : NORMAL);
      case Phase.Trashed _, Phase.Failed _ -> Optional.empty();
    };
  }

  static boolean isInTheMaking(Entry entry) {
    return switch (entry.phase()) {
      case Phase.Requested _, Phase.Creating _ -> true;
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ -> false;
    };
  }

  Fields of(Snapshot snapshot) {
    Entry entry = snapshot.entry();
    Optional<Instant> deadline = deadline(entry);
    return new Fields()
        .put("SnapshotId", entry.snapshot().text())
        .put(
            "SnapshotName",
            entry.label().name().isEmpty() ? UNNAMED.in(call.language()) : entry.label().name())
        .put("SnapshotState", state(snapshot).orElseThrow())
        .put("Percent", percent(snapshot))
        .put("DiskId", Ids.disk(snapshot.volume().id()))
        .put("DiskSize", gib(size(entry)))
        .put("DiskUsage", "DATA_DISK")
        .put("Placement", placement(call.place()))
        .put("Encrypt", false)
        .put("IsPermanent", deadline.isEmpty() && !isJudged(entry))
        .put("DeadlineTime", deadline.map(call.place()::time).orElse(""))
        .put("CreateTime", call.place().time(entry.requestedAt()))
        .put("ShareReference", 0)
        .put("SnapshotType", "PRIVATE_SNAPSHOT")
        .put("Images", List.of())
        .put("ImageCount", 0)
        .put("CopyFromRemote", false)
        .put("CopyingToRegions", List.of())
        .putAll("Tags", Labels.shown(entry.label().tags()))
        .put("IsLocked", isHeld(snapshot))
        .put(
            "AutoSnapshotPolicyId", entry.schedule().map(schedule -> Ids.policy(schedule.policy())))
        .put("SnapshotMode", "STANDARD_SNAPSHOT");
  }

  static Fields placement(Place place) {
    return new Fields()
        .put("Zone", place.zone())
        .put("ProjectId", 0)
        .put("ProjectName", "")
        .put("CageId", "")
        .put("CdcId", "")
        .put("CdcName", "")
        .put("DedicatedClusterId", "");
  }

  /// Rounded up.
  static long gib(long bytes) {
    return Math.ceilDiv(bytes, GIB);
  }

  /// How far along work is that is not done: 0 to 99.
  static int percent(Optional<Beat> beat) {
    return beat.filter(known -> known.totalBytes() > 0)
        .map(known -> (int) Math.min(DONE - 1, known.readBytes() * DONE / known.totalBytes()))
        .orElse(0);
  }

  /// The restore of a volume's own snapshot onto the volume itself.
  static boolean isRollback(Snapshot snapshot, Hold hold) {
    return hold.restore().filter(restore -> restore.isInto(snapshot.volume().id())).isPresent();
  }

  private static boolean isRollingBack(Snapshot snapshot) {
    return snapshot.holds().stream().anyMatch(hold -> isRollback(snapshot, hold));
  }

  private static boolean isHeld(Snapshot snapshot) {
    return snapshot.holds().stream().anyMatch(hold -> hold.kind() == Hold.Kind.PERSON);
  }

  private int percent(Snapshot snapshot) {
    return switch (snapshot.entry().phase()) {
      case Phase.Creating creating ->
          percent(new Beats(call.repository(), snapshot.volume().id(), creating.session()).read());
      case Phase.Requested _ -> 0;
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ -> DONE;
    };
  }

  /// Of one that is being made, its parent's; nobody has looked yet.
  private static long size(Entry entry) {
    return entry.root().map(Root::sizeBytes).orElse(0L);
  }

  /// When it is deleted, as far as that is a time: at the end of its own or of its policy's days.
  Optional<Instant> deadline(Entry entry) {
    Optional<Instant> byPolicy =
        policy(entry)
            .flatMap(policy -> policy.retention().age())
            .flatMap(age -> entry.schedule().map(Schedule::due).map(due -> due.plus(age)));
    return Stream.concat(entry.label().expires().stream(), byPolicy.stream())
        .min(Instant::compareTo);
  }

  /// Whether a policy decides how long it stays.
  boolean isJudged(Entry entry) {
    return policy(entry).filter(policy -> !policy.retention().keepsAll()).isPresent();
  }

  private Optional<Policy> policy(Entry entry) {
    return entry.schedule().map(Schedule::policy).flatMap(state::find);
  }
}
