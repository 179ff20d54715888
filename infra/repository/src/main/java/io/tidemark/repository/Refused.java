package io.tidemark.repository;

import java.util.List;

/// A request that was understood and refused, with nothing changed; the message says what to do.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient List<String> candidates;

  public Refused(Reason reason, String message) {
    this(reason, message, List.of());
  }

  /// @param candidates ids of what the request may have meant
  public Refused(Reason reason, String message, List<String> candidates) {
    super(message);
    this.reason = reason;
    this.candidates = List.copyOf(candidates);
  }

  /// Ids of what an ambiguous request may have meant; else empty.
  public List<String> candidates() {
    return candidates;
  }

  public Reason reason() {
    return reason;
  }

  /// Why, in a form that programs tell apart.
  public enum Reason {
    NO_REPOSITORY,
    REPOSITORY_EXISTS,
    STORE_UNFIT,
    UNKNOWN_VOLUME,
    OTHER_HOST,
    VOLUME_EXISTS,
    VOLUME_NOT_EMPTY,
    UNKNOWN_SNAPSHOT,
    AMBIGUOUS_SNAPSHOT,
    WRONG_STATE,
    HELD,
    NOT_HELD,
    IN_USE,
    TARGET_EXISTS,
    TARGET_TOO_SMALL,
    QUOTA,
    KEY_REUSED,
    UNKNOWN_HOST,
    UNKNOWN_POOL,
    NO_AGENT,
    UNKNOWN_POLICY,
    POLICY_EXISTS,
    UNKNOWN_STEP,
    EXPIRES_IN_PAST
  }
}
