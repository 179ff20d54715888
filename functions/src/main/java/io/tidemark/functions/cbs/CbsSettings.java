package io.tidemark.functions.cbs;

import java.time.ZoneId;
import java.util.List;

/// What a person may set of the CBS API.
///
/// @param timeZone of times without one and of the hours and days of auto snapshot policies
/// @param otherHosts under which clients may have signed, beside the one that they connect to
public record CbsSettings(ZoneId timeZone, List<String> otherHosts) {
  /// With the clock that the API's own regions go by.
  public static final CbsSettings USUAL = new CbsSettings(ZoneId.of("Asia/Shanghai"), List.of());

  public CbsSettings {
    otherHosts = List.copyOf(otherHosts);
  }
}
