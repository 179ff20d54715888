package io.tidemark.functions.function;

import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.policy.CronSchedule;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The members of a body that say what a policy is.
///
/// @param volumes names and ids
record PolicyMembers(
    Members members,
    String name,
    List<String> schedules,
    String zone,
    List<String> volumes,
    Missed missed,
    Duration howLate,
    Retention retention,
    Activity activity) {
  private static final String NAME = "name";
  private static final String SCHEDULES = "schedules";
  private static final String ZONE = "zone";
  private static final String VOLUMES = "volumes";
  private static final String MISSED = "missed";
  private static final String RETENTION = "retention";
  private static final String ACTIVE = "active";
  private static final String AGE = "age";
  private static final Set<String> KNOWN =
      Set.of(
          NAME,
          SCHEDULES,
          ZONE,
          VOLUMES,
          LabelMembers.TAGS,
          MISSED,
          HowLate.MEMBER,
          RETENTION,
          ACTIVE);
  private static final Set<String> RETENTION_KNOWN =
      Set.of("count", AGE, "hourly", "daily", "weekly", "monthly", "yearly");
  private static final int LONGEST_SCHEDULE = 200;
  private static final int MOST_KEPT = 1_000_000;
  private static final Duration OLDEST = Duration.ofDays(36_500);

  static PolicyMembers of(Call call) {
    Members members = call.body().members(KNOWN);
    String zone = members.value(ZONE, PolicyMembers::brief).orElse("UTC");
    // The zone is at fault before any expression is.
    members.value(ZONE, text -> CronSchedule.parse("0 0 * * *", text));
    List<String> schedules =
        members
            .list(SCHEDULES, Policies.MOST_SCHEDULES, text -> schedule(text, zone))
            .orElseThrow(() -> members.wrong(SCHEDULES, "is missing: cron expressions"));
    if (schedules.isEmpty()) {
      throw members.wrong(SCHEDULES, "is empty, and a policy has at least one");
    }
    return new PolicyMembers(
        members,
        members.required(NAME, PolicyMembers::name),
        schedules,
        zone,
        members.list(VOLUMES, Policies.MOST_VOLUMES, PathParameters::volume).orElse(List.of()),
        members.value(MISSED, PolicyMembers::missed).orElse(Missed.ONCE),
        HowLate.of(members, Policies.LEAST_LATE, Policies.HOW_LATE),
        members
            .members(RETENTION, RETENTION_KNOWN)
            .map(PolicyMembers::retention)
            .orElse(Retention.ALL),
        members.flag(ACTIVE).orElse(true) ? Activity.ACTIVE : Activity.PAUSED);
  }

  /// @param state by which names are ids
  Terms terms(RepositoryState state) {
    VolumeSelector selector =
        new VolumeSelector(
            volumes.stream().map(text -> id(state, text)).distinct().toList(),
            LabelMembers.tags(members));
    if (selector.volumes().isEmpty() && selector.tags().isEmpty()) {
      throw members.wrong(VOLUMES, "and 'tags' are empty, so that the policy is for no volume");
    }
    try {
      return new Terms(name, schedules, zone, selector, missed, howLate, retention, activity);
    } catch (IllegalArgumentException e) {
      throw members.wrong(NAME, "does not fit: " + e.getMessage());
    }
  }

  /// A volume that is gone may still be listed by its id.
  private static VolumeId id(RepositoryState state, String text) {
    return VolumeId.isValid(text) ? new VolumeId(text) : Volumes.find(state, text).id();
  }

  private static Retention retention(Members rules) {
    Optional<Duration> age = rules.value(AGE, PolicyMembers::age);
    return new Retention(
        count(rules, "count"),
        age,
        count(rules, "hourly"),
        count(rules, "daily"),
        count(rules, "weekly"),
        count(rules, "monthly"),
        count(rules, "yearly"));
  }

  private static int count(Members rules, String name) {
    return Math.toIntExact(rules.number(name, 0, MOST_KEPT).orElse(0));
  }

  private static Duration age(String text) {
    Duration age = duration(brief(text));
    if (age.toSeconds() < 1
        || !age.equals(age.truncatedTo(ChronoUnit.SECONDS))
        || age.compareTo(OLDEST) > 0) {
      throw new IllegalArgumentException(
          "'age' is not whole seconds, of 1 second to " + OLDEST.toDays() + " days");
    }
    return age;
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'age' is no length of days, hours, minutes and seconds, like P30D, PT12H or P1DT6H;"
              + " years, months and weeks are written in days, like P365D",
          e);
    }
  }

  private static String name(String text) {
    Policies.requirePlainName(text);
    return text;
  }

  private static Missed missed(String text) {
    return switch (text) {
      case "once" -> Missed.ONCE;
      case "skip" -> Missed.SKIP;
      default -> throw new IllegalArgumentException("'missed' is neither 'once' nor 'skip'");
    };
  }

  private static String schedule(String text, String zone) {
    if (text.length() > LONGEST_SCHEDULE) {
      throw new IllegalArgumentException("More than " + LONGEST_SCHEDULE + " characters");
    }
    Policies.requireEverDue(text, zone);
    return text;
  }

  private static String brief(String text) {
    if (text.isEmpty() || text.length() > 64) {
      throw new IllegalArgumentException("It is not 1 to 64 characters long");
    }
    return text;
  }
}
