package io.tidemark.functions.function;

import io.tidemark.functions.http.Members;
import java.time.Duration;

/// How long after a request, or a due time, its work may begin.
final class HowLate {
  static final String MEMBER = "howLateSeconds";

  /// Longer than any host that comes back is away.
  private static final long MOST_SECONDS = Duration.ofDays(7).toSeconds();

  private HowLate() {}

  /// At least a second: what may not be late at all never begins.
  static Duration of(Members members, Duration otherwise) {
    return of(members, Duration.ofSeconds(1), otherwise);
  }

  static Duration of(Members members, Duration least, Duration otherwise) {
    return Duration.ofSeconds(
        members.number(MEMBER, least.toSeconds(), MOST_SECONDS).orElse(otherwise.toSeconds()));
  }
}
