package io.tidemark.repository.session;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;
import java.util.Optional;

/// Serves the requests that wait in journals: begins their sessions, or ends them with the reason.
public final class RequestedSessions {
  private final Repository repository;

  public RequestedSessions(Repository repository) {
    this.repository = repository;
  }

  /// What came of serving a request.
  public sealed interface Served {
    /// Its session.
    record Begun(SnapshotSession session) implements Served {}

    /// It came too late, by the store's clock, and FAILED for that reason.
    record Late(Entry failed) implements Served {}

    /// It waits no more, or not for this host; empty when it is gone.
    record NotWaiting(Optional<Entry> entry) implements Served {}
  }

  /// Begins what was asked for, if it still waits for this host and is not too late.
  ///
  /// @throws Refused when the volume is closed or being restored; the request waits on
  public Served serve(
      VolumeId volume, SnapshotId snapshot, String host, SnapshotSession.ParentChoice parents) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume);
    Token token = Token.random(repository.writer().random());
    Appended<VolumeState, Optional<Entry>> served =
        journal.append(
            reading -> {
              Optional<Entry> entry = reading.state().find(snapshot);
              if (entry.isEmpty()
                  || !(entry.get().phase() instanceof Phase.Requested requested)
                  || !requested.host().equals(host)) {
                return Decision.leave(entry);
              }
              if (requested.latestInstant().filter(reading.storeTime()::isAfter).isPresent()) {
                return Decision.append(late(snapshot, requested.latestInstant().get()));
              }
              SnapshotSession.refuseUnfit(volume, reading.state());
              return Decision.append(
                  new VolumeEvent.Begun(
                      snapshot,
                      entry.get().label(),
                      entry.get().origin(),
                      entry.get().requestedAt(),
                      host,
                      token,
                      parents.choose(reading.state()).map(SnapshotSession::pinned),
                      More.NONE));
            });
    return switch (served) {
      case Appended.Left<VolumeState, Optional<Entry>>(Optional<Entry> entry) ->
          new Served.NotWaiting(entry);
      case Appended.Event<VolumeState, Optional<Entry>> event -> {
        Optional<SnapshotSession> session =
            SnapshotSession.running(repository, journal, event.state(), snapshot, token);
        yield session.isPresent()
            ? new Served.Begun(session.get())
            : new Served.Late(event.state().find(snapshot).orElseThrow());
      }
    };
  }

  /// Ends a request that its host cannot serve, with the reason; does nothing when it waits no
  /// more, or not for this host.
  ///
  /// @return its entry, FAILED when this ended it; empty when it is gone
  public Optional<Entry> decline(VolumeId volume, SnapshotId snapshot, String host, String reason) {
    return end(
        volume,
        snapshot,
        host,
        (_, _) -> Optional.of(new VolumeEvent.Failed(snapshot, reason, More.NONE)));
  }

  /// Ends a request that is too late, by the store's clock; does nothing when it is not.
  ///
  /// @return its entry, FAILED when this ended it; empty when it is gone
  public Optional<Entry> declineLate(VolumeId volume, SnapshotId snapshot, String host) {
    return end(
        volume,
        snapshot,
        host,
        (requested, now) ->
            requested.latestInstant().filter(now::isAfter).map(latest -> late(snapshot, latest)));
  }

  @FunctionalInterface
  private interface Ending {
    Optional<VolumeEvent> of(Phase.Requested requested, Instant now);
  }

  private Optional<Entry> end(VolumeId volume, SnapshotId snapshot, String host, Ending ending) {
    Appended<VolumeState, Optional<Entry>> ended =
        repository
            .journal(volume)
            .append(
                reading -> {
                  Optional<Entry> entry = reading.state().find(snapshot);
                  if (entry.isPresent()
                      && entry.get().phase() instanceof Phase.Requested requested
                      && requested.host().equals(host)) {
                    Optional<VolumeEvent> event = ending.of(requested, reading.storeTime());
                    if (event.isPresent()) {
                      return Decision.append(event.get());
                    }
                  }
                  return Decision.leave(entry);
                });
    return ended.outcome(state -> state.find(snapshot));
  }

  /// The event by which a request ends that nobody served in time.
  ///
  /// @param latest instant that was allowed
  public static VolumeEvent late(SnapshotId snapshot, Instant latest) {
    return new VolumeEvent.Failed(
        snapshot, "nobody took it before " + latest + ", the latest allowed", More.NONE);
  }
}
