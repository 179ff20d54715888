package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.usage.RepositoryUsage;
import io.tidemark.repository.usage.Usages;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// What all snapshots come to.
final class OverviewActions {
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
  private static final int DECIMALS = 3;

  private OverviewActions() {}

  /// In GiB. Nothing is charged here, so nothing of it is free of charge.
  static Fields overview(ActionCall call) {
    RepositoryUsage usage =
        new Usages(call.repository()).read(call.repository().journal().read().state());
    BigDecimal gib = BigDecimal.valueOf(usage.bytes()).divide(GIB, DECIMALS, RoundingMode.HALF_UP);
    return new Fields()
        .put("TotalSize", gib)
        .put("RealTradeSize", gib)
        .put("FreeQuota", 0)
        .put("TotalNums", usage.snapshots());
  }
}
