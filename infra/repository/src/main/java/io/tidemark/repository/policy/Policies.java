package io.tidemark.repository.policy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.snapshot.SnapshotName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Makes, changes, finds and removes policies. What a policy is made or changed to has to be able
/// to make snapshots; one that was stored otherwise stays as it is.
public final class Policies {
  /// The least that a policy may let a snapshot be late: what is due is looked for once a minute.
  public static final Duration LEAST_LATE = Duration.ofSeconds(60);

  /// How late the snapshots of a policy may be unless it says otherwise: some ticks may fail, and
  /// hosts look into their inboxes now and then.
  public static final Duration HOW_LATE = Duration.ofMinutes(5);

  /// People give a policy at most so many schedules.
  public static final int MOST_SCHEDULES = 64;

  /// People name at most so many volumes for a policy; by tags it may be for more.
  public static final int MOST_VOLUMES = 1_000;

  private final Repository repository;

  public Policies(Repository repository) {
    this.repository = repository;
  }

  /// What people say of a policy.
  ///
  /// @param schedules cron expressions of five fields
  /// @param zone an IANA name
  /// @param howLate an instant may be after its due time
  public record Terms(
      String name,
      List<String> schedules,
      String zone,
      VolumeSelector volumes,
      Missed missed,
      Duration howLate,
      Retention retention,
      Activity activity) {
    /// @throws IllegalArgumentException with what is wrong, for people
    public Terms {
      schedules = List.copyOf(schedules);
      if (name.isBlank() || name.length() > 63 || name.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "Not a policy name (wanted 1 to 63 characters, none a control character)");
      }
      if (schedules.isEmpty()) {
        throw new IllegalArgumentException("A policy has at least one schedule");
      }
      for (String schedule : schedules) {
        CronSchedule _ = CronSchedule.parse(schedule, zone);
      }
    }

    /// What people said of a policy that is there.
    public static Terms of(Policy policy) {
      return new Terms(
          policy.name(),
          policy.schedules(),
          policy.zone(),
          policy.volumes(),
          policy.missed(),
          policy.howLate(),
          policy.retention(),
          policy.activity());
    }

    /// Tells a request for this policy from others under the same key.
    String digest() {
      List<String> parts = new ArrayList<>(List.of("policy", name, zone));
      parts.addAll(schedules);
      parts.add("volumes");
      volumes.volumes().forEach(volume -> parts.add(volume.text()));
      parts.add("tags");
      volumes
          .tags()
          .forEach(
              (tag, value) -> {
                parts.add(tag);
                parts.add(value);
              });
      parts.addAll(List.of("rules", missed.text(), howLate.toString(), retention.toString()));
      parts.add(activity.text());
      return RequestMemory.digest(parts.toArray(String[]::new));
    }

    /// Refuses what would never make a snapshot, and a name that could pass for another.
    ///
    /// @param before what need not be looked at again
    /// @throws IllegalArgumentException with what is wrong, for people
    void requireUsefulBeyond(Optional<Terms> before) {
      if (before.filter(old -> old.name().equals(name)).isEmpty()) {
        requirePlainName(name);
      }
      schedules.stream()
          .filter(
              schedule ->
                  before
                      .filter(old -> old.zone().equals(zone) && old.schedules().contains(schedule))
                      .isEmpty())
          .forEach(schedule -> requireEverDue(schedule, zone));
      if (before.filter(old -> old.howLate().equals(howLate)).isEmpty()) {
        requireTimeToServe(howLate);
      }
    }
  }

  /// Refuses a schedule that names no day that there is.
  ///
  /// @throws IllegalArgumentException when it is none, or is never due
  public static void requireEverDue(String schedule, String zone) {
    if (!CronSchedule.parse(schedule, zone).isEverDue()) {
      throw new IllegalArgumentException(
          "'" + schedule + "' is never due, for there is no such day. Name one that there is.");
    }
  }

  /// Refuses a name that could pass for another, by the rule for names of snapshots.
  ///
  /// @throws IllegalArgumentException with what is wrong, for people
  public static void requirePlainName(String name) {
    SnapshotName.fault(name)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException("Not a policy name: it has " + fault);
            });
  }

  private static void requireTimeToServe(Duration howLate) {
    if (howLate.compareTo(LEAST_LATE) < 0) {
      throw new IllegalArgumentException(
          "Snapshots may be late by "
              + howLate.toSeconds()
              + " s only, and what is due is looked for once a minute. Allow "
              + LEAST_LATE.toSeconds()
              + " s or more.");
    }
  }

  /// Makes a policy. Its due times begin now, by the store's clock.
  ///
  /// @throws Refused when the name is taken
  /// @throws IllegalArgumentException when it would never make a snapshot
  public Policy create(Terms terms) {
    terms.requireUsefulBeyond(Optional.empty());
    PolicyId id = PolicyId.random(repository.writer().random());
    Appended<RepositoryState, Policy> created =
        repository
            .journal()
            .append(
                reading -> {
                  refuseTaken(reading.state(), terms.name(), id);
                  return Decision.append(scheduled(id, terms, reading.storeTime()));
                });
    return created.outcome(state -> state.find(id).orElseThrow());
  }

  /// Changes a policy. When its schedules or zone change, or it goes on after a pause, its due
  /// times begin anew: none of the past is made good.
  ///
  /// @throws Refused when it is gone, or the name is taken
  /// @throws IllegalArgumentException when what is new in it would never make a snapshot
  public Policy change(PolicyId id, UnaryOperator<Terms> change) {
    Appended<RepositoryState, Policy> changed =
        repository
            .journal()
            .append(
                reading -> {
                  Policy old = find(reading.state(), id.text());
                  Terms before = Terms.of(old);
                  Terms terms = change.apply(before);
                  terms.requireUsefulBeyond(Optional.of(before));
                  refuseTaken(reading.state(), terms.name(), id);
                  boolean anew =
                      !terms.schedules().equals(before.schedules())
                          || !terms.zone().equals(before.zone())
                          || (before.activity() == Activity.PAUSED
                              && terms.activity() == Activity.ACTIVE);
                  return terms.equals(before)
                      ? Decision.leave(old)
                      : Decision.append(
                          scheduled(id, terms, anew ? reading.storeTime() : old.activeFrom()));
                });
    return changed.outcome(state -> state.find(id).orElseThrow());
  }

  /// Removes a policy; its snapshots stay until somebody deletes them. Does nothing when it is
  /// gone.
  public void remove(PolicyId id) {
    Appended<RepositoryState, RepositoryState> _ =
        repository
            .journal()
            .append(
                reading ->
                    reading.state().find(id).isPresent()
                        ? Decision.append(new RepositoryEvent.Unscheduled(id, More.NONE))
                        : Decision.leave(reading.state()));
  }

  /// All policies, in the order they were made.
  public List<Policy> list() {
    return List.copyOf(repository.journal().read().state().policies().values());
  }

  /// The policy with that name or id.
  ///
  /// @throws Refused when there is none
  public Policy find(String nameOrId) {
    return find(repository.journal().read().state(), nameOrId);
  }

  /// The policy with that name or id in a state at hand.
  ///
  /// @throws Refused when there is none
  public static Policy find(RepositoryState state, String nameOrId) {
    Optional<Policy> found =
        PolicyId.isValid(nameOrId)
            ? state.find(new PolicyId(nameOrId))
            : state.findPolicy(nameOrId);
    return found.orElseThrow(
        () ->
            new Refused(
                Reason.UNKNOWN_POLICY, "There is no policy '" + nameOrId + "' (any more)."));
  }

  static RepositoryEvent scheduled(PolicyId id, Terms terms, Instant activeFrom) {
    return new RepositoryEvent.Scheduled(
        new Policy(
            id,
            terms.name(),
            terms.schedules(),
            terms.zone(),
            terms.volumes(),
            terms.missed(),
            terms.howLate(),
            terms.retention(),
            terms.activity(),
            activeFrom,
            1,
            More.NONE),
        More.NONE);
  }

  /// @throws Refused when another policy has the name
  static void refuseTaken(RepositoryState state, String name, PolicyId id) {
    Optional<Policy> taken = state.findPolicy(name).filter(other -> !other.id().equals(id));
    if (taken.isPresent()) {
      throw new Refused(
          Reason.POLICY_EXISTS,
          "There is a policy '"
              + name
              + "' already: "
              + taken.get().id()
              + ". Choose another name, or change that one.");
    }
  }
}
