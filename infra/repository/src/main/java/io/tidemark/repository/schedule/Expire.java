package io.tidemark.repository.schedule;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.policy.Judgement;
import io.tidemark.repository.policy.RetentionPlan;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Moves to the trash what no policy keeps any more, and what is past the expiry that somebody gave
/// it. A plan is made first and may be shown; it is carried out as far as it still holds.
public final class Expire {
  private final Repository repository;

  public Expire(Repository repository) {
    this.repository = repository;
  }

  /// One snapshot that goes.
  ///
  /// @param reason for people
  public record Due(Snapshot snapshot, String reason) {}

  /// What came of one that was to go.
  ///
  /// @param failure why it stays; empty when it went
  public record Result(Due due, Optional<String> failure) {}

  /// What is due on all volumes.
  public record Plan(List<Due> due, List<Skipped> skipped) {
    public Plan {
      due = List.copyOf(due);
      skipped = List.copyOf(skipped);
    }
  }

  /// What is due on all volumes; changes nothing.
  public Plan plan() {
    RepositoryState state = repository.journal().read().state();
    List<Due> due = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (NamedVolume volume : state.volumes().values()) {
      if (volume.life() == Life.OPEN) {
        try {
          due.addAll(plan(state, volume));
        } catch (StoreException e) {
          skipped.add(new Skipped(volume, e));
        }
      }
    }
    return new Plan(due, skipped);
  }

  /// What is due on one volume; changes nothing.
  public List<Due> plan(RepositoryState state, NamedVolume volume) {
    Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
    Map<Entry, String> due = new LinkedHashMap<>();
    for (Policy policy : state.policies().values()) {
      if (policy.activity() == Activity.ACTIVE && isOn(policy, reading.state())) {
        for (Judgement judgement :
            RetentionPlan.of(
                policy.retention(),
                policy.id(),
                ZoneId.of(policy.zone()),
                reading.state(),
                reading.storeTime())) {
          if (judgement.verdict() == Judgement.Verdict.DELETE) {
            due.put(judgement.snapshot(), "the policy '" + policy.name() + "' keeps it no more");
          }
        }
      }
    }
    for (Entry entry : reading.state().entries().values()) {
      if (entry.phase() instanceof Phase.Ready && isPast(entry, reading.storeTime())) {
        due.putIfAbsent(entry, "past its expiry");
      }
    }
    return due.entrySet().stream()
        .map(one -> new Due(new Snapshot(volume, one.getKey(), List.of()), one.getValue()))
        .toList();
  }

  /// Deletes what is due, as far as it still is and nobody holds it.
  public List<Result> apply(List<Due> due) {
    Snapshots snapshots = new Snapshots(repository);
    List<Result> results = new ArrayList<>();
    for (Due one : due) {
      Optional<String> failure = Optional.empty();
      try {
        List<Snapshot> _ = snapshots.delete(List.of(one.snapshot()), Snapshots.Deletion.TO_TRASH);
      } catch (Refused | StoreException e) {
        failure = Optional.of(String.valueOf(e.getMessage()));
      }
      results.add(new Result(one, failure));
    }
    return results;
  }

  private static boolean isOn(Policy policy, VolumeState state) {
    return state.entries().values().stream()
        .flatMap(entry -> entry.schedule().stream())
        .map(Schedule::policy)
        .anyMatch(policy.id()::equals);
  }

  private static boolean isPast(Entry entry, Instant now) {
    return entry.label().expires().filter(at -> !now.isBefore(at)).isPresent();
  }
}
