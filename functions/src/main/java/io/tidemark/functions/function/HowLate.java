package io.tidemark.functions.function;

import io.tidemark.functions.http.Members;
import java.time.Duration;

/// How long after a request its work may begin.
final class HowLate {
  static final String MEMBER = "howLateSeconds";

  /// Longer than any host that comes back is away.
  private static final long MOST_SECONDS = Duration.ofDays(7).toSeconds();

  private HowLate() {}

  static Duration of(Members members, Duration otherwise) {
    return Duration.ofSeconds(
        members.number(MEMBER, 0, MOST_SECONDS).orElse(otherwise.toSeconds()));
  }
}
