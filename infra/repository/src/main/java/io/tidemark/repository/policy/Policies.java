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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Makes, changes, finds and removes policies.
public final class Policies {
  private final Repository repository;

  public Policies(Repository repository) {
    this.repository = repository;
  }

  /// What people say of a policy.
  ///
  /// @param schedules cron expressions of five fields
  /// @param zone an IANA name
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
  }

  /// Makes a policy. Its due times begin now, by the store's clock.
  ///
  /// @throws Refused when the name is taken
  public Policy create(Terms terms) {
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
  public Policy change(PolicyId id, UnaryOperator<Terms> change) {
    Appended<RepositoryState, Policy> changed =
        repository
            .journal()
            .append(
                reading -> {
                  Policy old = find(reading.state(), id.text());
                  Terms before = Terms.of(old);
                  Terms terms = change.apply(before);
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

  private static RepositoryEvent scheduled(PolicyId id, Terms terms, Instant activeFrom) {
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

  private static void refuseTaken(RepositoryState state, String name, PolicyId id) {
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
