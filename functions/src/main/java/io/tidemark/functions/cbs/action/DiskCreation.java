package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.RandomDigits;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.restore.RequestedRestore;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;

/// Makes disks of a snapshot, on the host of its disk and in the first pool there.
final class DiskCreation {
  static final Set<String> PARAMETERS =
      Set.of(
          "Placement",
          "DiskChargeType",
          "DiskType",
          "DiskName",
          "Tags",
          "SnapshotId",
          "DiskCount",
          "ThroughputPerformance",
          "DiskSize",
          "Shareable",
          "ClientToken",
          "Encrypt",
          "EncryptType",
          "KmsKeyId",
          "DiskChargePrepaid",
          "DeleteSnapshot",
          "AutoMountConfiguration",
          "DiskBackupQuota",
          "BurstPerformance");
  private static final Set<String> PLACEMENT =
      Set.of(
          "Zone", "ProjectId", "ProjectName", "CageId", "CdcId", "CdcName", "DedicatedClusterId");
  private static final Set<String> TYPES =
      Set.of("CLOUD_BASIC", "CLOUD_PREMIUM", "CLOUD_BSSD", "CLOUD_SSD", "CLOUD_HSSD", "CLOUD_TSSD");
  private static final int MOST = 50;
  private static final int LONGEST_TOKEN = 64;
  private static final long MOST_GIB = 16_384;

  private DiskCreation() {}

  static Fields create(ActionCall call) {
    Arguments arguments = call.arguments();
    requirePlace(call);
    requireMeaningful(arguments);
    int count = (int) arguments.number("DiskCount", 1, MOST).orElse(1);
    OptionalLong gib = arguments.number("DiskSize", 1, MOST_GIB);
    Optional<String> name = arguments.text("DiskName");
    Optional<String> token = token(arguments);
    SortedMap<String, String> tags = Labels.tags(arguments);
    String id =
        arguments
            .text("SnapshotId")
            .orElseThrow(
                () ->
                    CbsException.unsupported(
                        "Disks are made of snapshots here; name one by `SnapshotId`.",
                        "此处只能从快照创建云硬盘，请指定 `SnapshotId`。"));
    String stem =
        name.orElseGet(
            () -> "disk-" + token.map(text -> digits(call, text)).orElseGet(() -> drawn(call)));
    List<VolumeName> names = names(arguments, stem, count);
    Repository repository = call.repository();
    Snapshot snapshot = SnapshotActions.normal(repository, id);
    requireSize(arguments, gib, snapshot);
    RepositoryState state = repository.journal().read().state();
    RestoreRequests requests = new RestoreRequests(repository);
    Host host = Hosts.serving(state, snapshot.volume());
    String pool = pool(host);
    if (token.isEmpty()) {
      names.forEach(wanted -> Volumes.requireFree(wanted, state));
    }
    List<String> disks = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      VolumeName wanted = names.get(i);
      String place = "/" + i;
      RequestedRestore restore =
          requests.request(
              state,
              snapshot,
              new RestoreTarget.NewVolume(wanted, host.name(), pool),
              SnapshotActions.HOW_LATE,
              token.map(text -> key(call, text + place)));
      NamedVolume volume = restore.target();
      if (!tags.isEmpty() && restore.standing() instanceof RequestedRestore.Standing.Waiting) {
        NamedVolume _ =
            new Volumes(repository)
                .describe(
                    volume.id(), old -> new Volumes.Description(old.host(), old.source(), tags));
      }
      disks.add(Ids.disk(volume.id()));
    }
    return new Fields().put("DiskIdSet", disks);
  }

  private static void requirePlace(ActionCall call) {
    Arguments placement =
        call.arguments()
            .object("Placement", PLACEMENT)
            .orElseThrow(() -> call.arguments().missing("Placement"));
    String zone = placement.requiredText("Zone");
    if (!zone.equals(call.place().zone())) {
      throw placement.wrong(
          "Zone",
          "is not " + call.place().zone() + ", the one zone of this repository",
          "应为 " + call.place().zone() + "，此存储库只有这一个可用区");
    }
    if (placement.number("ProjectId", 0, Long.MAX_VALUE).orElse(0) != 0) {
      throw new CbsException(
          "InvalidParameter.ProjectIdNotExist",
          "There are no projects here; leave out `ProjectId`.",
          "此服务没有项目，请去掉 `ProjectId`。");
    }
  }

  /// What is asked for beyond the bytes of a snapshot.
  private static void requireMeaningful(Arguments arguments) {
    String _ = arguments.word("DiskType", TYPES).orElseThrow(() -> arguments.missing("DiskType"));
    String charge =
        arguments
            .word("DiskChargeType", Set.of("PREPAID", DiskFields.CHARGED, "CDCPAID"))
            .orElseThrow(() -> arguments.missing("DiskChargeType"));
    if (!charge.equals(DiskFields.CHARGED) || arguments.has("DiskChargePrepaid")) {
      throw CbsException.unsupported(
          "Nothing is charged here; set `DiskChargeType` to POSTPAID_BY_HOUR.",
          "此服务不计费，请将 `DiskChargeType` 设为 POSTPAID_BY_HOUR。");
    }
    boolean more =
        arguments.flag("Shareable").orElse(false)
            || arguments.flag("BurstPerformance").orElse(false)
            || arguments.number("ThroughputPerformance", 0, Integer.MAX_VALUE).orElse(0) != 0
            || arguments.number("DiskBackupQuota", 0, Integer.MAX_VALUE).orElse(0) != 0
            || arguments.number("DeleteSnapshot", 0, 1).orElse(0) != 0;
    for (String name : List.of("Encrypt", "EncryptType", "KmsKeyId", "AutoMountConfiguration")) {
      more |= arguments.has(name);
    }
    if (more) {
      throw CbsException.unsupported(
          "Disks here are neither shared, encrypted, mounted, sped up nor backed up, and do not take"
              + " their snapshots with them; leave such parameters out.",
          "此处的云硬盘不支持共享、加密、自动挂载、额外性能、备份点配额及随盘删除快照，请去掉相应参数。");
    }
  }

  private static Optional<String> token(Arguments arguments) {
    Optional<String> token = arguments.text("ClientToken").filter(text -> !text.isEmpty());
    if (token.filter(text -> !text.matches("[!-~]{1," + LONGEST_TOKEN + "}")).isPresent()) {
      throw new CbsException(
          "InvalidParameter.InvalidClientToken",
          "`ClientToken` is not 1 to " + LONGEST_TOKEN + " visible ASCII characters.",
          "`ClientToken` 应为 1 到 " + LONGEST_TOKEN + " 个可见 ASCII 字符。");
    }
    return token;
  }

  private static RequestKey key(ActionCall call, String token) {
    return RequestKey.of(call.caller().name(), "CreateDisks/" + token);
  }

  /// The same for the same token, so that who repeats a request asks for the same names.
  private static String digits(ActionCall call, String token) {
    return key(call, token).digest().substring(0, 17);
  }

  private static String drawn(ActionCall call) {
    return RandomDigits.draw(call.repository().writer().random());
  }

  private static List<VolumeName> names(Arguments arguments, String stem, int count) {
    List<VolumeName> names = new ArrayList<>();
    try {
      for (int i = 1; i <= count; i++) {
        names.add(new VolumeName(count == 1 ? stem : stem + "-" + i));
      }
    } catch (IllegalArgumentException e) {
      throw arguments.wrong(
          "DiskName",
          "is not 1 to 60 letters, digits, '.', '_' and '-', beginning with a letter or a digit",
          "应为 1 到 60 个字母、数字、'.'、'_'、'-'，且以字母或数字开头");
    }
    return names;
  }

  private static void requireSize(Arguments arguments, OptionalLong gib, Snapshot snapshot) {
    long least = SnapshotFields.gib(snapshot.entry().content().orElseThrow().root().sizeBytes());
    if (gib.isPresent() && gib.getAsLong() < least) {
      throw arguments.wrong(
          "DiskSize", "is less than the snapshot's, " + least, "小于快照所属云硬盘的大小 " + least);
    }
    if (gib.isPresent() && gib.getAsLong() > least) {
      throw CbsException.unsupported(
          "A disk is made as large as its snapshot, " + least + " GiB; leave out `DiskSize`.",
          "从快照创建的云硬盘与快照同样大小（" + least + " GiB），请去掉 `DiskSize`。");
    }
  }

  private static String pool(Host host) {
    return host.pools().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CbsException(
                    "ResourceInsufficient",
                    "The agent of "
                        + host.name()
                        + " has no pool to make disks in. Add one to its configuration.",
                    "主机 " + host.name() + " 的代理没有可创建云硬盘的存储池，请在其配置中添加。"));
  }
}
