package io.tidemark.functions.cbs;

import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Words;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.store.StoreException;

/// Turns what use cases throw into errors of the API. The detail is told as it is; what it comes to
/// is told in both languages.
final class Faults {
  static final String INTERNAL = "InternalError";
  private static final String UNAVAILABLE = "ServiceUnavailable";

  private Faults() {}

  /// @param action that was called; "" when that is not known
  static CbsException of(Throwable thrown, String action) {
    return switch (thrown) {
      case CbsException e -> e;
      case ProblemException e -> told("InvalidParameter", e, "请求格式错误");
      case Refused e -> refused(e, action);
      case IllegalEventException e -> told("ResourceBusy", e, "状态已变化，未做任何修改，请重试");
      case StoreException.Unavailable e -> told(UNAVAILABLE, e, "对象存储暂时不可用，请稍后重试");
      case StoreException.UnknownOutcome e -> told(UNAVAILABLE, e, "对象存储未确认结果，请查询后再决定是否重试");
      case StoreException e -> told(INTERNAL, e, "对象存储中的数据无法读取");
      default ->
          new CbsException(
              INTERNAL,
              "This should not have happened; the log of the functions tells more, under this"
                  + " RequestId.",
              "内部错误，请凭 RequestId 查看服务日志。");
    };
  }

  private static CbsException refused(Refused e, String action) {
    return switch (e.reason()) {
      case UNKNOWN_VOLUME -> told("InvalidDiskId.NotFound", e, "云硬盘不存在");
      case UNKNOWN_SNAPSHOT, AMBIGUOUS_SNAPSHOT -> told("InvalidSnapshotId.NotFound", e, "快照不存在");
      case UNKNOWN_POLICY -> told("InvalidAutoSnapshotPolicyId.NotFound", e, "定期快照策略不存在");
      case QUOTA -> told("InsufficientSnapshotQuota", e, "快照配额不足");
      case NO_AGENT ->
          told(
              action.equals("CreateSnapshot")
                  ? "InvalidDisk.NotSupportSnapshot"
                  : "InvalidDisk.NotSupported",
              e,
              "该云硬盘所在主机没有运行代理");
      case WRONG_STATE, HELD, NOT_HELD -> told("InvalidSnapshot.NotSupported", e, "快照当前的状态不支持此操作");
      case IN_USE -> told("ResourceInUse.DiskRollbacking", e, "云硬盘正在回滚");
      case KEY_REUSED -> told("InvalidParameter.InvalidClientToken", e, "ClientToken 已用于其他请求");
      case VOLUME_EXISTS, POLICY_EXISTS, TARGET_EXISTS, TARGET_TOO_SMALL ->
          told("InvalidParameterValue", e, "名称已被使用或目标不符合要求");
      case UNKNOWN_HOST, UNKNOWN_POOL -> told("ResourceInsufficient", e, "没有可创建云硬盘的主机或存储池");
      case NO_REPOSITORY, STORE_UNFIT -> told(UNAVAILABLE, e, "存储库不可用");
      case EXPIRES_IN_PAST -> told("InvalidParameterValue", e, "到期时间早于当前时间");
      case REPOSITORY_EXISTS, VOLUME_NOT_EMPTY, OTHER_HOST, UNKNOWN_STEP ->
          told("FailedOperation", e, "操作失败");
    };
  }

  private static CbsException told(String code, RuntimeException e, String chinese) {
    String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new CbsException(code, new Words(detail, chinese + "。详情：" + detail));
  }
}
