package io.tidemark.agent.flow;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.util.Optional;

/// A root kept alive while this process reads it; over when released, or when its beats end.
final class HeldRoot {
  private final Repository repository;
  private final VolumeId journal;
  private final long number;
  private final Beats beats;
  private long newestSeen;

  private HeldRoot(Repository repository, VolumeId journal, long number) {
    this.repository = repository;
    this.journal = journal;
    this.number = number;
    this.beats = new Beats(repository, journal, number);
  }

  /// Holds the root of a snapshot in the journal of its own volume.
  ///
  /// @param restore where it goes, when that is the volume itself
  /// @return empty when this key may not write
  /// @throws Refused when the snapshot is not READY any more
  static Optional<HeldRoot> take(
      Repository repository, Snapshot snapshot, String reason, Optional<Hold.Restore> restore) {
    return append(
        repository,
        snapshot.volume().id(),
        new VolumeEvent.Held(
            snapshot.entry().snapshot(),
            snapshot.entry().content().orElseThrow().root(),
            restore.isPresent() ? Hold.Kind.RESTORE : Hold.Kind.READER,
            repository.writer().actor(),
            reason,
            restore,
            More.NONE),
        state -> refuseUnready(snapshot, state));
  }

  /// Holds the root of a snapshot in the journal of another volume, which it is restored onto: no
  /// snapshot of that one begins meanwhile.
  ///
  /// @return empty when this key may not write
  static Optional<HeldRoot> takeElsewhere(
      Repository repository,
      Snapshot snapshot,
      NamedVolume target,
      String reason,
      Hold.Restore restore) {
    return append(
        repository,
        target.id(),
        new VolumeEvent.Held(
            snapshot.entry().snapshot(),
            snapshot.entry().content().orElseThrow().root(),
            Hold.Kind.RESTORE,
            repository.writer().actor(),
            reason,
            Optional.of(restore),
            More.NONE),
        _ -> {});
  }

  /// Goes on with a hold that somebody else took for this host.
  static HeldRoot adopt(Repository repository, VolumeId journal, long number) {
    return new HeldRoot(repository, journal, number);
  }

  /// Whether it still stands. One request while nothing happens to the volume.
  boolean stands() {
    Journal<VolumeEvent, VolumeState> events = repository.journal(journal);
    long newest = events.newestNumber();
    if (newest != newestSeen) {
      if (!events.read().state().holds().containsKey(number)) {
        return false;
      }
      newestSeen = newest;
    }
    return true;
  }

  @FunctionalInterface
  private interface Requirement {
    void check(VolumeState state);
  }

  private static Optional<HeldRoot> append(
      Repository repository, VolumeId journal, VolumeEvent.Held held, Requirement requirement) {
    try {
      Appended<VolumeState, Void> appended =
          repository
              .journal(journal)
              .append(
                  reading -> {
                    requirement.check(reading.state());
                    return Decision.append(held);
                  });
      return switch (appended) {
        case Appended.Event<VolumeState, Void> event ->
            Optional.of(new HeldRoot(repository, journal, event.number()));
        case Appended.Left<VolumeState, Void> _ -> Optional.empty();
      };
    } catch (StoreException.Denied e) {
      return Optional.empty();
    }
  }

  private static void refuseUnready(Snapshot snapshot, VolumeState state) {
    boolean ready =
        state
            .find(snapshot.entry().snapshot())
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .isPresent();
    if (!ready) {
      throw new Refused(
          Refused.Reason.UNKNOWN_SNAPSHOT,
          snapshot.entry().snapshot()
              + " was deleted just now. See: tidemark snapshot list --trash");
    }
  }

  /// Of its `held`, which names it.
  long number() {
    return number;
  }

  /// Shows that the reader lives.
  void beat(Beat beat) {
    beats.write(beat);
  }

  /// Ends the hold; does nothing when somebody else did.
  void release(String outcome) {
    repository
        .journal(journal)
        .<VolumeState>append(
            reading ->
                reading.state().holds().containsKey(number)
                    ? Decision.append(new VolumeEvent.Released(number, outcome, More.NONE))
                    : Decision.leave(reading.state()));
  }
}
