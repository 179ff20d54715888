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
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Says for which disks auto snapshot policies are.
final class BindingActions {
  private static final String DISKS = "DiskIds";
  private static final String INSTANCES = "InstanceIds";
  private static final int MOST_AT_ONCE = 80;

  private BindingActions() {}

  static Fields bind(ActionCall call) {
    Arguments arguments = call.arguments();
    String id = arguments.requiredText(PolicyActions.ID);
    List<String> disks = arguments.requiredTexts(DISKS, MOST_AT_ONCE);
    RepositoryState state = call.repository().journal().read().state();
    Policy policy = Ids.policy(state, id);
    List<NamedVolume> volumes =
        disks.stream().distinct().map(disk -> Ids.volume(state, disk)).toList();
    for (NamedVolume volume : volumes) {
      if (policy.volumes().selects(volume)) {
        String disk = Ids.disk(volume.id());
        throw new CbsException(
            "InvalidDisk.AlreadyBound",
            "The disk " + disk + " is bound to " + id + " already.",
            "云硬盘 " + disk + " 已绑定定期快照策略 " + id + "。");
      }
    }
    change(
        call.repository(),
        policy.id(),
        before -> {
          List<VolumeId> bound = new ArrayList<>(before);
          volumes.stream()
              .map(NamedVolume::id)
              .filter(volume -> !bound.contains(volume))
              .forEach(bound::add);
          if (bound.size() > Policies.MOST_VOLUMES) {
            throw new CbsException(
                "InvalidParameterValue.BindDiskLimitExceeded",
                "A policy is for " + Policies.MOST_VOLUMES + " disks at most.",
                "一个定期快照策略最多绑定 " + Policies.MOST_VOLUMES + " 块云硬盘。");
          }
          return bound;
        });
    return new Fields();
  }

  static Fields unbind(ActionCall call) {
    Arguments arguments = call.arguments();
    String id = arguments.requiredText(PolicyActions.ID);
    List<String> disks = arguments.texts(DISKS, MOST_AT_ONCE).orElse(List.of());
    if (!arguments.texts(INSTANCES, MOST_AT_ONCE).orElse(List.of()).isEmpty()) {
      throw new CbsException(
          "ResourceUnavailable.NotSupported",
          "There are no instances here; name disks by `DiskIds`.",
          "此服务没有实例，请用 `DiskIds` 指定云硬盘。");
    }
    if (disks.isEmpty()) {
      throw arguments.missing(DISKS);
    }
    RepositoryState state = call.repository().journal().read().state();
    Policy policy = Ids.policy(state, id);
    List<NamedVolume> volumes =
        disks.stream().distinct().map(disk -> Ids.volume(state, disk)).toList();
    VolumeSelector byTags = new VolumeSelector(List.of(), policy.volumes().tags());
    for (NamedVolume volume : volumes) {
      if (byTags.selects(volume)) {
        String disk = Ids.disk(volume.id());
        throw new CbsException(
            "ResourceUnavailable.NotSupported",
            "The policy " + id + " is for " + disk + " by its tags; change those.",
            "定期快照策略 " + id + " 按标签绑定了云硬盘 " + disk + "，请修改标签。");
      }
    }
    List<VolumeId> loosened = volumes.stream().map(NamedVolume::id).toList();
    change(
        call.repository(),
        policy.id(),
        before -> before.stream().filter(volume -> !loosened.contains(volume)).toList());
    return new Fields();
  }

  /// The policies that are for a disk; none for a disk that there is not.
  static Fields ofDisk(ActionCall call) {
    String disk = call.arguments().requiredText("DiskId");
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    PolicyFields fields = new PolicyFields(call.place(), reading.state(), reading.storeTime());
    Optional<NamedVolume> volume = Ids.findVolume(reading.state(), disk);
    List<Policy> policies =
        volume.map(known -> DiskFields.policies(reading.state(), known)).orElse(List.of());
    return new Fields()
        .put("TotalCount", policies.size())
        .putAll("AutoSnapshotPolicySet", policies.stream().map(fields::withoutDisks).toList());
  }

  private static void change(
      Repository repository, PolicyId policy, UnaryOperator<List<VolumeId>> change) {
    Policy _ =
        new Policies(repository)
            .change(
                policy,
                before ->
                    new Terms(
                        before.name(),
                        before.schedules(),
                        before.zone(),
                        new VolumeSelector(
                            change.apply(before.volumes().volumes()), before.volumes().tags()),
                        before.missed(),
                        before.howLate(),
                        before.retention(),
                        before.activity()));
  }
}
