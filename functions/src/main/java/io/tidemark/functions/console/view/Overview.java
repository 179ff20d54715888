package io.tidemark.functions.console.view;

import io.tidemark.functions.function.HostListFunction.ShownHost;
import io.tidemark.functions.function.UsageFunction.UsagePage;
import java.util.List;
import java.util.Optional;

/// What everything uses, beside the limits.
public record Overview(UsagePage usage, List<ShownHost> hosts) {
  public Overview {
    hosts = List.copyOf(hosts);
  }

  /// Of a limit, in hundredths; more than 100 when it is overshot.
  public long share(long used, Optional<Long> limit) {
    return limit.filter(most -> most > 0).map(most -> used * 100 / most).orElse(0L);
  }

  /// The largest use of one disk, which the bars are drawn against.
  public long largest() {
    return Math.max(1, usage.volumes().stream().mapToLong(one -> one.bytes()).max().orElse(1));
  }
}
