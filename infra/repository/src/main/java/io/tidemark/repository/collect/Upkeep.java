package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.RequestedSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What comes before a collection: ends sessions and holds that are silent or known to be dead, and
/// purges trash past its window. Safe to run anywhere, at any time, twice.
public final class Upkeep {
  /// How long a deleted snapshot may be brought back, unless a person says otherwise.
  public static final Duration TRASH_WINDOW = Duration.ofHours(24);

  private final Repository repository;
  private final Duration trashWindow;
  private final Predicate<Phase.Creating> knownDead;

  /// @param knownDead of a session of this host, whether its process is known to be gone
  public Upkeep(Repository repository, Duration trashWindow, Predicate<Phase.Creating> knownDead) {
    this.repository = repository;
    this.trashWindow = trashWindow;
    this.knownDead = knownDead;
  }

  /// One thing that is due.
  ///
  /// @param event that does it
  /// @param since number of the event by which it came to be due; another one there means that it
  ///   is not any more
  /// @param description for people
  public record Due(VolumeId volume, VolumeEvent event, long since, String description) {}

  /// What is due on a volume; changes nothing.
  public List<Due> plan(VolumeId volume) {
    Reading<VolumeEvent, VolumeState> reading = repository.journal(volume).read();
    List<Due> due = new ArrayList<>();
    for (Entry entry : reading.state().entries().values()) {
      due(volume, entry, reading.storeTime()).ifPresent(due::add);
    }
    for (Hold hold : reading.state().holds().values()) {
      if (isOver(volume, hold, reading.storeTime())) {
        due.add(
            new Due(
                volume,
                new VolumeEvent.Released(hold.number(), "silent", More.NONE),
                hold.number(),
                "release the silent hold " + hold.number() + " of " + hold.owner()));
      }
    }
    return due;
  }

  /// Does what is due, as far as it still is.
  public void apply(List<Due> due) {
    for (Due one : due) {
      repository
          .journal(one.volume())
          .<VolumeState>append(
              reading ->
                  isStillDue(reading.state(), one)
                      ? Decision.append(one.event())
                      : Decision.leave(reading.state()));
    }
  }

  private Optional<Due> due(VolumeId volume, Entry entry, Instant now) {
    return switch (entry.phase()) {
      case Phase.Requested requested ->
          requested
              .latestInstant()
              .filter(now::isAfter)
              .map(
                  latest ->
                      due(volume, entry, RequestedSessions.late(entry.snapshot(), latest), "fail"));
      case Phase.Creating creating -> {
        boolean dead = knownDead.test(creating);
        yield dead || isSilent(volume, creating.session())
            ? Optional.of(
                removal(
                    volume,
                    entry,
                    dead
                        ? "its process is gone"
                        : "silent for " + Beats.SILENCE.toMinutes() + " minutes",
                    "abort"))
            : Optional.empty();
      }
      case Phase.Trashed _ ->
          repository.journal(volume).age(entry.since()).compareTo(trashWindow) >= 0
              ? Optional.of(removal(volume, entry, "past its time in the trash", "purge"))
              : Optional.empty();
      case Phase.Ready _, Phase.Failed _ -> Optional.empty();
    };
  }

  private static Due removal(VolumeId volume, Entry entry, String reason, String verb) {
    return due(volume, entry, new VolumeEvent.Removed(entry.snapshot(), reason, More.NONE), verb);
  }

  private static Due due(VolumeId volume, Entry entry, VolumeEvent event, String verb) {
    return new Due(volume, event, entry.since(), verb + " " + entry.snapshot());
  }

  /// A person's hold never is; a restore's, before its first beat, once it may not start any more.
  private boolean isOver(VolumeId volume, Hold hold, Instant now) {
    if (hold.kind() == Hold.Kind.PERSON) {
      return false;
    }
    Optional<Instant> latestStart = hold.restore().flatMap(Hold.Restore::latestStart);
    if (latestStart.isPresent() && !new Beats(repository, volume, hold.number()).isAny()) {
      return now.isAfter(latestStart.get());
    }
    return isSilent(volume, hold.number());
  }

  private boolean isSilent(VolumeId volume, long number) {
    return new Beats(repository, volume, number).silence().compareTo(Beats.SILENCE) >= 0;
  }

  /// Undeleted, committed or ended meanwhile: then it is due no more.
  private static boolean isStillDue(VolumeState state, Due due) {
    return state.holds().containsKey(due.since())
        || state.entries().values().stream()
            .anyMatch(
                entry -> entry.since() == due.since() && !(entry.phase() instanceof Phase.Ready));
  }
}
