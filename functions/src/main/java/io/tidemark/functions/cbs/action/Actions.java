package io.tidemark.functions.cbs.action;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Every action that there is.
public final class Actions {
  private static final Map<String, Action> SUPPORTED =
      Map.ofEntries(
          entry(
              "CreateSnapshot",
              Role.OPERATOR,
              SnapshotActions::create,
              "DiskId",
              "SnapshotName",
              "Deadline",
              "DiskBackupId",
              "Tags",
              "DiskUsage"),
          list("DescribeSnapshots", SnapshotActions::describe, "SnapshotIds"),
          entry(
              "DeleteSnapshots",
              Role.OPERATOR,
              SnapshotActions::delete,
              "SnapshotIds",
              "DeleteBindImages"),
          entry(
              "ModifySnapshotAttribute",
              Role.OPERATOR,
              SnapshotActions::modify,
              "SnapshotId",
              "SnapshotName",
              "IsPermanent",
              "Deadline"),
          entry(
              "ApplySnapshot",
              Role.OPERATOR,
              SnapshotActions::apply,
              "SnapshotId",
              "DiskId",
              "AutoStopInstance",
              "AutoStartInstance"),
          Map.entry(
              "CreateDisks",
              new Action(Role.OPERATOR, DiskCreation.PARAMETERS, DiskCreation::create)),
          list("DescribeDisks", DiskActions::describe, "DiskIds", "ReturnBindAutoSnapshotPolicy"),
          Map.entry(
              "CreateAutoSnapshotPolicy",
              new Action(Role.ADMINISTRATOR, PolicyActions.PARAMETERS, PolicyActions::create)),
          // A front end of the vendor's sends the last one, which no page explains.
          list(
              "DescribeAutoSnapshotPolicies",
              PolicyActions::describe,
              PolicyActions.IDS,
              "TryCreateDefaultAutoSnapshotPolicy"),
          entry(
              "ModifyAutoSnapshotPolicyAttribute",
              Role.ADMINISTRATOR,
              PolicyActions::modify,
              PolicyActions.ID,
              "IsActivated",
              "IsPermanent",
              "AutoSnapshotPolicyName",
              "Policy",
              "RetentionDays"),
          entry(
              "DeleteAutoSnapshotPolicies",
              Role.ADMINISTRATOR,
              PolicyActions::delete,
              PolicyActions.IDS),
          entry(
              "BindAutoSnapshotPolicy",
              Role.ADMINISTRATOR,
              BindingActions::bind,
              PolicyActions.ID,
              "DiskIds"),
          entry(
              "UnbindAutoSnapshotPolicy",
              Role.ADMINISTRATOR,
              BindingActions::unbind,
              PolicyActions.ID,
              "DiskIds",
              "InstanceIds"),
          entry(
              "DescribeDiskAssociatedAutoSnapshotPolicy",
              Role.READER,
              BindingActions::ofDisk,
              "DiskId"),
          entry("GetSnapOverview", Role.READER, OverviewActions::overview),
          entry("DescribeSnapshotOverview", Role.READER, OverviewActions::overview));

  /// What the API has and a self-hosted system cannot mean, or leaves to others.
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "ApplyDiskBackup",
          "ApplySnapshotGroup",
          "AttachDisks",
          "CopyAutoSnapshotPolicyCrossAccount",
          "CopySnapshotCrossRegions",
          "CreateDiskBackup",
          "CreateSnapshotGroup",
          "DeleteDiskBackups",
          "DeleteSnapshotGroup",
          "DescribeDiskBackups",
          "DescribeDiskConfigQuota",
          "DescribeDiskOperationLogs",
          "DescribeDiskStoragePool",
          "DescribeInstancesDiskNum",
          "DescribeSnapshotGroups",
          "DescribeSnapshotOperationLogs",
          "DescribeSnapshotSharePermission",
          "DetachDisks",
          "InitializeDisks",
          "InquirePriceModifyDiskBackupQuota",
          "InquirePriceModifyDiskExtraPerformance",
          "InquiryPriceCreateDisks",
          "InquiryPriceRenewDisks",
          "InquiryPriceResizeDisk",
          "ModifyDiskAttributes",
          "ModifyDiskBackupQuota",
          "ModifyDiskExtraPerformance",
          "ModifyDisksChargeType",
          "ModifyDisksRenewFlag",
          "ModifySnapshotsSharePermission",
          "RenewDisk",
          "ResizeDisk",
          "TerminateDisks");

  private Actions() {}

  /// @throws CbsException for what this server cannot mean, and for what the API does not have
  public static Action find(String name) {
    return Optional.ofNullable(SUPPORTED.get(name))
        .orElseThrow(
            () ->
                UNSUPPORTED.contains(name)
                    ? CbsException.unsupported(
                        name + " means nothing to a self-hosted system, or is not done by it.",
                        "自建系统不支持 " + name + "。")
                    : new CbsException(
                        "InvalidAction",
                        "The API cbs, version 2017-03-12, has no such action.",
                        "接口不存在，请检查 Action 是否属于 cbs 2017-03-12。"));
  }

  /// The names of those that work, for documentation to be held against.
  public static Set<String> supported() {
    return SUPPORTED.keySet();
  }

  private static Map.Entry<String, Action> entry(
      String name, Role role, Function<ActionCall, Fields> work, String... parameters) {
    return Map.entry(name, new Action(role, Set.of(parameters), work));
  }

  /// One with what every list has.
  private static Map.Entry<String, Action> list(
      String name, Function<ActionCall, Fields> work, String... parameters) {
    Set<String> all = new HashSet<>(Arrays.asList(parameters));
    all.addAll(
        Set.of(Listing.FILTERS, Listing.OFFSET, Listing.LIMIT, Listing.ORDER, Listing.ORDER_FIELD));
    return Map.entry(name, new Action(Role.READER, all, work));
  }
}
