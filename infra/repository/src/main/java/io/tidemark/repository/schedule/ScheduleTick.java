package io.tidemark.repository.schedule;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.policy.CronSchedule;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.request.Requests;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Asks for the snapshots that policies want. A due time makes exactly one of each volume: its
/// request has policy, volume and due time for a key, however often and by whomever it is made.
///
/// To be run every minute. A due time that no run has seen before five minutes have passed, or what
/// its policy lets a snapshot be late where that is less, is missed; in the first minute none is.
public final class ScheduleTick {
  /// How late a run may be at most: a run a minute, some that fail, and slow ones.
  public static final Duration PUNCTUAL = Duration.ofMinutes(5);

  private final Repository repository;
  private final Requests requests;
  private final SnapshotRequests snapshots;

  public ScheduleTick(Repository repository) {
    this.repository = repository;
    this.requests = new Requests(repository);
    this.snapshots = new SnapshotRequests(repository);
  }

  /// What became of one due time on one volume.
  ///
  /// @param volume its name; "" where the whole policy is at fault
  public record Asked(Policy policy, Instant due, String volume, Outcome outcome) {}

  /// What became of asking.
  public sealed interface Outcome {
    /// This run asked for it.
    record Requested(RequestedSnapshot snapshot) implements Outcome {}

    /// Another run had asked for it.
    record Known(RequestedSnapshot snapshot) implements Outcome {}

    /// It cannot be asked for; no later run tries again.
    record Refused(String reason) implements Outcome {}

    /// The store failed; the next run tries again, unless what it holds is damaged or newer.
    record Failed(StoreException failure) implements Outcome {}
  }

  /// Asks for all that is due.
  public List<Asked> run() {
    Reading<RepositoryEvent, RepositoryState> reading = repository.journal().read();
    List<Asked> asked = new ArrayList<>();
    for (Policy policy : reading.state().policies().values()) {
      if (policy.activity() == Activity.ACTIVE) {
        run(policy, reading.state(), reading.storeTime(), asked);
      }
    }
    return asked;
  }

  private void run(Policy policy, RepositoryState state, Instant now, List<Asked> asked) {
    List<NamedVolume> volumes =
        state.volumes().values().stream()
            .filter(volume -> volume.life() == Life.OPEN)
            .filter(policy.volumes()::selects)
            .toList();
    if (volumes.isEmpty()) {
      return;
    }
    List<Due> due;
    try {
      due = due(policy, now);
    } catch (IllegalArgumentException e) {
      asked.add(new Asked(policy, now, "", new Outcome.Refused(String.valueOf(e.getMessage()))));
      return;
    }
    for (Due one : due) {
      run(policy, one, volumes, state, asked);
    }
  }

  private void run(
      Policy policy, Due due, List<NamedVolume> volumes, RepositoryState state, List<Asked> asked) {
    RequestKey done = RequestKey.of(policy.id(), due.at());
    if (requests.find(done).isPresent()) {
      return;
    }
    boolean complete = true;
    for (NamedVolume volume : volumes) {
      Outcome outcome = ask(policy, due, volume, state);
      complete &= !mayPass(outcome);
      asked.add(new Asked(policy, due.at(), volume.name(), outcome));
    }
    if (complete) {
      String digest = RequestMemory.digest("due", policy.id().text(), due.at().toString());
      RequestMemory memory =
          new RequestMemory(
              digest,
              Optional.of(volumes.getFirst().id()),
              0,
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      RequestMemory _ = requests.settle(done, digest, () -> memory);
    }
  }

  /// Whether a later run may fare better; a damaged journal stays damaged.
  private static boolean mayPass(Outcome outcome) {
    return outcome instanceof Outcome.Failed(StoreException failure)
        && !(failure instanceof StoreException.Corrupt
            || failure instanceof StoreException.FormatTooNew);
  }

  private Outcome ask(Policy policy, Due due, NamedVolume volume, RepositoryState state) {
    Label label = new Label(policy.name() + " " + due.at(), new TreeMap<>(), Optional.empty());
    SnapshotRequest wanted =
        new SnapshotRequest(
            volume,
            label,
            Optional.of(new Schedule(policy.id(), due.at())),
            due.howLate(),
            Wishes.NONE);
    try {
      RequestedSnapshot answer =
          snapshots.request(
              state, wanted, Optional.of(RequestKey.of(policy.id(), volume.id(), due.at())));
      return answer instanceof RequestedSnapshot.Made
          ? new Outcome.Requested(answer)
          : new Outcome.Known(answer);
    } catch (Refused e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      return new Outcome.Failed(e);
    }
  }

  /// One due time that is wanted now.
  ///
  /// @param howLate its snapshot's instant may be after it
  record Due(Instant at, Duration howLate) {}

  /// What a policy wants now: what fell due and is not missed; else, if it wants missed ones once,
  /// the last due time, which stands for all missed before it.
  static List<Due> due(Policy policy, Instant now) {
    List<CronSchedule> schedules =
        policy.schedules().stream()
            .map(expression -> CronSchedule.parse(expression, policy.zone()))
            .toList();
    Duration howLate = longer(policy.howLate(), Policies.LEAST_LATE);
    Duration punctually = howLate.compareTo(PUNCTUAL) < 0 ? howLate : PUNCTUAL;
    Instant from = now.minus(punctually);
    Instant after = from.isBefore(policy.activeFrom()) ? policy.activeFrom() : from;
    List<Due> punctual =
        CronSchedule.between(schedules, after, now).stream()
            .map(at -> new Due(at, allowed(policy, at, howLate, now)))
            .toList();
    if (!punctual.isEmpty()) {
      return punctual;
    }
    return switch (policy.missed()) {
      case SKIP -> List.of();
      case ONCE ->
          CronSchedule.last(schedules, now)
              .filter(last -> last.isAfter(policy.activeFrom()))
              .map(last -> List.of(new Due(last, anew(last, howLate, now))))
              .orElse(List.of());
    };
  }

  /// As late as the policy has it. Where missed ones are made all the same, one that a late run
  /// leaves no minute for its host is as good as missed.
  private static Duration allowed(Policy policy, Instant at, Duration howLate, Instant now) {
    Duration late = Duration.between(at, now);
    boolean hopeless =
        late.compareTo(Policies.LEAST_LATE) > 0
            && howLate.minus(late).compareTo(Policies.LEAST_LATE) < 0;
    return switch (policy.missed()) {
      case SKIP -> howLate;
      case ONCE -> hopeless ? anew(at, howLate, now) : howLate;
    };
  }

  /// What is late knowingly has all its time from now on.
  private static Duration anew(Instant at, Duration howLate, Instant now) {
    return Duration.between(at, now).plus(howLate);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
