package io.tidemark.functions.console.view;

import io.tidemark.functions.function.HostListFunction.ShownHost;
import io.tidemark.functions.function.UsageFunction.UsagePage;
import io.tidemark.functions.function.UsageFunction.VolumeUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What everything uses, beside the limits.
public record Overview(UsagePage usage, List<ShownHost> hosts) {
  private static final int MOST = 50;

  public Overview {
    hosts = List.copyOf(hosts);
  }

  /// Of a limit, in hundredths; more than 100 when it is overshot.
  public long share(long used, Optional<Long> limit) {
    return limit.filter(most -> most > 0).map(most -> used * 100 / most).orElse(0L);
  }

  /// The disks that use most, the most first.
  public List<VolumeUsage> largest() {
    return usage.volumes().stream()
        .sorted(Comparator.comparingLong(VolumeUsage::bytes).reversed())
        .limit(MOST)
        .toList();
  }

  /// Disks beside those.
  public long others() {
    return Math.max(0, usage.volumes().size() - MOST);
  }

  /// What the bars are drawn against.
  public long mostBytes() {
    return Math.max(1, usage.volumes().stream().mapToLong(VolumeUsage::bytes).max().orElse(1));
  }
}
