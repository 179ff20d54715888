package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.PolicyId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// When snapshots are made of which volumes, and how long they are kept.
///
/// @param name unique among policies
/// @param schedules cron expressions of five fields, at least one
/// @param zone of those expressions and of the periods of `retention`, an IANA name
/// @param volumes of which snapshots are made
/// @param missed what becomes of due times that nobody was there for
/// @param howLate the instant of a snapshot may be after its due time
/// @param activeFrom by the store's clock; due times before it are none of this policy's
/// @param since number of the event that made it what it is
public record Policy(
    PolicyId id,
    String name,
    List<String> schedules,
    String zone,
    VolumeSelector volumes,
    Missed missed,
    Duration howLate,
    Retention retention,
    Activity activity,
    Instant activeFrom,
    long since,
    More more) {
  /// How late the instant of a snapshot that a person asks for may be, unless they say otherwise.
  public static final Duration HOW_LATE = Duration.ofSeconds(60);

  /// What becomes of missed due times.
  public enum Missed {
    /// However many were missed, one snapshot is made as soon as possible.
    ONCE,
    /// Nothing.
    SKIP;

    /// The stored and shown form, lower case.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Throws [IllegalArgumentException] for a text that is none.
    public static Missed parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /// Whether a policy makes and expires snapshots.
  public enum Activity {
    ACTIVE,
    PAUSED;

    /// The stored and shown form, lower case.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Throws [IllegalArgumentException] for a text that is none.
    public static Activity parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  public Policy {
    schedules = List.copyOf(schedules);
    if (schedules.isEmpty()) {
      throw new IllegalArgumentException("A policy has at least one schedule");
    }
    if (howLate.isNegative() || !howLate.equals(howLate.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException("Not whole seconds of 0 or more: " + howLate);
    }
  }

  /// The same, as another event leaves it.
  Policy with(long number, More learned) {
    return new Policy(
        id,
        name,
        schedules,
        zone,
        volumes,
        missed,
        howLate,
        retention,
        activity,
        activeFrom,
        number,
        learned);
  }
}
