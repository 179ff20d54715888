package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.session.SnapshotIds;
import io.tidemark.repository.session.SnapshotReservation;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The use cases over snapshots that are there, but for making and reading them.
public final class Snapshots {
  /// How far a delete goes.
  public enum Deletion {
    /// To the trash, from where it may come back.
    TO_TRASH,
    /// Past the trash: nothing brings it back.
    NOW
  }

  private static final int MOST_PREFIX_HITS = 100;

  private final Repository repository;
  private final Volumes volumes;

  /// Journals as the last search found them, each to be used once.
  private final Map<VolumeId, Reading<VolumeEvent, VolumeState>> found = new ConcurrentHashMap<>();

  public Snapshots(Repository repository) {
    this.repository = repository;
    this.volumes = new Volumes(repository);
  }

  /// Every snapshot of one volume, or of all, that `filter` takes. Of all, a volume whose journal
  /// cannot be relied on keeps nobody from seeing the others.
  ///
  /// @throws StoreException.Corrupt when the journal of the one volume asked for is damaged
  public SnapshotList list(Optional<String> volume, SnapshotFilter filter) {
    List<SnapshotList> each =
        volume.isPresent()
            ? List.of(listOf(volumes.find(volume.get()), filter))
            : volumes.list().parallelStream().map(named -> tryListOf(named, filter)).toList();
    return new SnapshotList(
        each.stream()
            .flatMap(list -> list.snapshots().stream())
            .sorted(
                Comparator.comparing((Snapshot snapshot) -> snapshot.entry().requestedAt())
                    .thenComparing(snapshot -> snapshot.entry().snapshot())
                    .reversed())
            .toList(),
        each.stream().flatMap(list -> list.unreadable().stream()).toList());
  }

  private SnapshotList listOf(NamedVolume volume, SnapshotFilter filter) {
    return new SnapshotList(
        snapshots(volume, state(volume.id())).stream()
            .filter(snapshot -> filter.takes(snapshot.entry().phase()))
            .toList(),
        List.of());
  }

  private SnapshotList tryListOf(NamedVolume volume, SnapshotFilter filter) {
    try {
      return listOf(volume, filter);
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      return new SnapshotList(List.of(), List.of(new SnapshotList.Unreadable(volume, e)));
    }
  }

  /// The one snapshot that `selector` names.
  ///
  /// @throws Refused when there is none, or more than one
  public Snapshot find(SnapshotSelector selector) {
    return switch (selector) {
      case SnapshotSelector.ByPrefix(String prefix) ->
          SnapshotId.isValid(prefix) ? find(new SnapshotId(prefix)) : findByPrefix(prefix);
      case SnapshotSelector.Latest(String volume) -> latest(volumes.find(volume));
      case SnapshotSelector.ByName(String volume, String name) ->
          findByName(volumes.find(volume), name);
    };
  }

  /// The snapshot with that id.
  ///
  /// @throws Refused when there is none any more, or never was
  public Snapshot find(SnapshotId id) {
    return search(id, volumes.listWithClosed()).orElseThrow(() -> unknown(id.text()));
  }

  /// Deletes snapshots: none, unless all may be.
  ///
  /// @return the snapshots as they were
  /// @throws Refused when one is not READY or TRASHED, or is held by a person
  public List<Snapshot> delete(List<Snapshot> snapshots, Deletion deletion) {
    requireDeletable(snapshots);
    for (Snapshot snapshot : snapshots) {
      trash(snapshot);
      if (deletion == Deletion.NOW) {
        removeTrashed(snapshot, "deleted past the trash")
            .ifPresent(
                entry -> {
                  throw wrongState(
                      snapshot.volume(),
                      entry,
                      "in the trash: somebody brought it back meanwhile. Delete it again");
                });
      }
    }
    return snapshots;
  }

  /// Whether [#delete] would; changes nothing.
  ///
  /// @throws Refused when one is not READY or TRASHED, or is held by a person
  public void requireDeletable(List<Snapshot> snapshots) {
    snapshots.forEach(Snapshots::refuseUndeletable);
  }

  /// Removes a trashed snapshot for good; does nothing when it is in the trash no more.
  public void purge(Snapshot snapshot, String reason) {
    Optional<Entry> _ = removeTrashed(snapshot, reason);
  }

  /// The entry as it stands, when it is there and not in the trash; empty when it is gone.
  private Optional<Entry> removeTrashed(Snapshot snapshot, String reason) {
    SnapshotId id = snapshot.entry().snapshot();
    Appended<VolumeState, Optional<Entry>> removed =
        repository
            .journal(snapshot.volume().id())
            .append(
                reading -> {
                  Optional<Entry> entry = reading.state().find(id);
                  return entry.isPresent() && entry.get().phase() instanceof Phase.Trashed
                      ? Decision.append(new VolumeEvent.Removed(id, reason, More.NONE))
                      : Decision.leave(entry);
                });
    return removed.outcome(_ -> Optional.empty());
  }

  /// Brings snapshots back from the trash: none, unless all are there.
  public List<Snapshot> undelete(List<Snapshot> snapshots) {
    for (Snapshot snapshot : snapshots) {
      refuseUnless(
          snapshot, phase -> phase instanceof Phase.Trashed, "in the trash, so nothing is to undo");
    }
    return snapshots.stream()
        .map(
            snapshot ->
                change(
                    snapshot,
                    entry ->
                        entry.phase() instanceof Phase.Trashed
                            ? Optional.of(new VolumeEvent.Restored(entry.snapshot(), More.NONE))
                            : Optional.empty()))
        .toList();
  }

  /// Changes what is attached to a snapshot.
  public Snapshot describe(Snapshot snapshot, UnaryOperator<Label> change) {
    return change(
        snapshot,
        entry -> {
          if (entry.phase() instanceof Phase.Failed) {
            throw wrongState(snapshot.volume(), entry, "to be described");
          }
          Label label = change.apply(entry.label());
          return label.equals(entry.label())
              ? Optional.empty()
              : Optional.of(new VolumeEvent.Described(entry.snapshot(), label, More.NONE));
        });
  }

  /// Keeps a snapshot from being deleted, until a person releases it.
  public Snapshot hold(Snapshot snapshot, String reason) {
    return change(
        snapshot,
        entry -> {
          if (!(entry.phase() instanceof Phase.Ready(Phase.Content content))) {
            throw wrongState(snapshot.volume(), entry, "READY, and so cannot be held");
          }
          return Optional.of(
              new VolumeEvent.Held(
                  entry.snapshot(),
                  content.root(),
                  Hold.Kind.PERSON,
                  repository.writer().actor(),
                  reason,
                  Optional.empty(),
                  More.NONE));
        });
  }

  /// Ends every person's hold on a snapshot.
  ///
  /// @throws Refused when there is none
  public Snapshot release(Snapshot snapshot) {
    List<Hold> held =
        snapshot.holds().stream().filter(hold -> hold.kind() == Hold.Kind.PERSON).toList();
    if (held.isEmpty()) {
      throw new Refused(
          Reason.NOT_HELD, "Nobody holds " + named(snapshot) + ". There is nothing to release.");
    }
    for (Hold hold : held) {
      release(snapshot.volume().id(), hold.number(), "released by a person");
    }
    return again(snapshot);
  }

  /// Ends one hold; does nothing when it has ended already.
  public void release(VolumeId volume, long hold, String outcome) {
    repository
        .journal(volume)
        .<VolumeState>append(
            reading ->
                reading.state().holds().containsKey(hold)
                    ? Decision.append(new VolumeEvent.Released(hold, outcome, More.NONE))
                    : Decision.leave(reading.state()));
  }

  /// Removes a snapshot that is not made yet: who works on it stops.
  public Snapshot abort(Snapshot snapshot, String reason) {
    refuseUnless(snapshot, Snapshots::isUnfinished, "being made, so there is nothing to abort");
    SnapshotId id = snapshot.entry().snapshot();
    Appended<VolumeState, Optional<Entry>> removed =
        repository
            .journal(snapshot.volume().id())
            .append(
                reading -> {
                  Optional<Entry> entry = reading.state().find(id);
                  return entry.isPresent() && isUnfinished(entry.get().phase())
                      ? Decision.append(new VolumeEvent.Removed(id, reason, More.NONE))
                      : Decision.leave(entry);
                });
    if (removed instanceof Appended.Left<VolumeState, Optional<Entry>>(Optional<Entry> entry)
        && entry.isPresent()) {
      throw wrongState(snapshot.volume(), entry.get(), "being made, so there is nothing to abort");
    }
    return snapshot;
  }

  private void trash(Snapshot snapshot) {
    change(
        snapshot,
        entry ->
            entry.phase() instanceof Phase.Ready
                ? Optional.of(new VolumeEvent.Trashed(entry.snapshot(), More.NONE))
                : Optional.empty());
  }

  /// Appends what `event` makes of the entry as it is now; leaves it when that is nothing.
  private Snapshot change(Snapshot snapshot, Function<Entry, Optional<VolumeEvent>> event) {
    SnapshotId id = snapshot.entry().snapshot();
    QuotaCheck quotas = new QuotaCheck(repository);
    Decision<VolumeEvent, VolumeState, VolumeState> decision =
        reading -> {
          Entry entry = reading.state().find(id).orElseThrow(() -> unknown(id.text()));
          Snapshot now = Snapshot.of(snapshot.volume(), reading.state(), entry);
          Optional<VolumeEvent> wanted = event.apply(entry);
          if (wanted.isPresent() && wanted.get() instanceof VolumeEvent.Trashed) {
            refuseUndeletable(now);
          }
          if (wanted.isPresent() && wanted.get() instanceof VolumeEvent.Restored) {
            quotas.requireRoomForOneMore(reading.state());
          }
          return wanted
              .<Decision.Choice<VolumeEvent, VolumeState>>map(Decision::append)
              .orElseGet(() -> Decision.leave(reading.state()));
        };
    VolumeState state = append(snapshot.volume().id(), decision).outcome(Function.identity());
    return Snapshot.of(snapshot.volume(), state, state.find(id).orElse(snapshot.entry()));
  }

  /// Decides on what [#find] has read a moment ago, where that leads to an event: if others were
  /// faster its number is lost, and it is decided anew. Everything else is decided on what is so
  /// now.
  private <R> Appended<VolumeState, R> append(
      VolumeId volume, Decision<VolumeEvent, VolumeState, R> decision) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume);
    Reading<VolumeEvent, VolumeState> read = found.remove(volume);
    if (read != null && appends(decision, read)) {
      return journal.append(read, decision);
    }
    return journal.append(decision);
  }

  private static <R> boolean appends(
      Decision<VolumeEvent, VolumeState, R> decision, Reading<VolumeEvent, VolumeState> reading) {
    try {
      return decision.decide(reading) instanceof Decision.Choice.Append;
    } catch (Refused e) {
      return false;
    }
  }

  private Snapshot again(Snapshot snapshot) {
    VolumeState state = state(snapshot.volume().id());
    SnapshotId id = snapshot.entry().snapshot();
    return Snapshot.of(
        snapshot.volume(), state, state.find(id).orElseThrow(() -> unknown(id.text())));
  }

  private Optional<Snapshot> search(SnapshotId id, List<NamedVolume> among) {
    Optional<SnapshotReservation> reservation;
    try {
      reservation = new SnapshotIds(repository).find(id);
    } catch (StoreException.Corrupt e) {
      List<Snapshot> hits = searchJournals(id.text(), among);
      if (hits.isEmpty()) {
        throw e;
      }
      return Optional.of(hits.getFirst());
    }
    Optional<NamedVolume> volume =
        reservation.flatMap(
            known -> among.stream().filter(named -> named.id().equals(known.volume())).findFirst());
    if (volume.isEmpty()) {
      return searchJournals(id.text(), among).stream().findFirst();
    }
    return volume
        .filter(named -> named.life() == Life.OPEN)
        .flatMap(
            named -> {
              Reading<VolumeEvent, VolumeState> reading = repository.journal(named.id()).read();
              found.put(named.id(), reading);
              VolumeState state = reading.state();
              return state.find(id).map(entry -> Snapshot.of(named, state, entry));
            });
  }

  /// The snapshots whose ids begin so, by the journals alone: what is left when `snapshots/<id>` is
  /// lost or damaged. A journal that cannot be relied on keeps nobody from those of the others.
  private List<Snapshot> searchJournals(String prefix, List<NamedVolume> among) {
    return among.parallelStream()
        .filter(named -> named.life() == Life.OPEN)
        .flatMap(named -> trySnapshots(named).stream())
        .filter(snapshot -> snapshot.entry().snapshot().text().startsWith(prefix))
        .toList();
  }

  private List<Snapshot> trySnapshots(NamedVolume volume) {
    try {
      return snapshots(volume, state(volume.id()));
    } catch (StoreException.Corrupt | StoreException.FormatTooNew _) {
      return List.of();
    }
  }

  private Snapshot findByPrefix(String prefix) {
    List<NamedVolume> among = volumes.listWithClosed();
    List<Snapshot> hits = new ArrayList<>();
    for (SnapshotId id : new SnapshotIds(repository).startingWith(prefix, MOST_PREFIX_HITS)) {
      search(id, among).ifPresent(hits::add);
    }
    return only(hits.isEmpty() ? searchJournals(prefix, among) : hits, prefix);
  }

  private Snapshot findByName(NamedVolume volume, String name) {
    List<Snapshot> hits =
        snapshots(volume, state(volume.id())).stream()
            .filter(snapshot -> snapshot.entry().label().name().equals(name))
            .filter(snapshot -> !(snapshot.entry().phase() instanceof Phase.Failed))
            .toList();
    return only(hits, volume.name() + "@" + name);
  }

  private Snapshot latest(NamedVolume volume) {
    VolumeState state = state(volume.id());
    return state
        .newestReady()
        .map(entry -> Snapshot.of(volume, state, entry))
        .orElseThrow(
            () ->
                new Refused(
                    Reason.UNKNOWN_SNAPSHOT,
                    "The volume '"
                        + volume.name()
                        + "' has no snapshot that is READY. Make one: tidemark snapshot create "
                        + volume.name()));
  }

  private static Snapshot only(List<Snapshot> hits, String text) {
    if (hits.isEmpty()) {
      throw unknown(text);
    }
    if (hits.size() > 1) {
      List<String> ids = hits.stream().map(hit -> hit.entry().snapshot().text()).toList();
      throw new Refused(
          Reason.AMBIGUOUS_SNAPSHOT,
          "'"
              + text
              + "' fits "
              + hits.size()
              + " snapshots: "
              + String.join(", ", ids)
              + ". Name one of them by its id.",
          ids);
    }
    return hits.getFirst();
  }

  private VolumeState state(VolumeId volume) {
    return repository.journal(volume).read().state();
  }

  private static List<Snapshot> snapshots(NamedVolume volume, VolumeState state) {
    return state.entries().values().stream()
        .map(entry -> Snapshot.of(volume, state, entry))
        .toList();
  }

  private static boolean isUnfinished(Phase phase) {
    return phase instanceof Phase.Requested || phase instanceof Phase.Creating;
  }

  private static boolean isHeld(Snapshot snapshot) {
    return snapshot.holds().stream().anyMatch(hold -> hold.kind() == Hold.Kind.PERSON);
  }

  private static void refuseUndeletable(Snapshot snapshot) {
    switch (snapshot.entry().phase()) {
      case Phase.Ready _ -> {
        if (isHeld(snapshot)) {
          throw new Refused(
              Reason.HELD,
              named(snapshot)
                  + " is held by "
                  + String.join(", ", snapshot.holds().stream().map(Snapshots::told).toList())
                  + ". Release it first: tidemark snapshot release "
                  + snapshot.entry().snapshot());
        }
      }
      case Phase.Trashed _ -> {}
      case Phase.Requested _, Phase.Creating _ ->
          throw new Refused(
              Reason.WRONG_STATE,
              named(snapshot)
                  + " is still "
                  + snapshot.entry().phase().word()
                  + ". Abort it instead: tidemark snapshot abort "
                  + snapshot.entry().snapshot());
      case Phase.Failed _ ->
          throw new Refused(
              Reason.WRONG_STATE,
              named(snapshot)
                  + " FAILED, so there is nothing to delete; it leaves the list by itself.");
    }
  }

  private static void refuseUnless(
      Snapshot snapshot, Function<Phase, Boolean> fit, String expected) {
    if (!fit.apply(snapshot.entry().phase())) {
      throw wrongState(snapshot.volume(), snapshot.entry(), expected);
    }
  }

  private static Refused wrongState(NamedVolume volume, Entry entry, String expected) {
    return new Refused(
        Reason.WRONG_STATE,
        entry.snapshot()
            + " of "
            + volume.name()
            + " is "
            + entry.phase().word()
            + ", not "
            + expected
            + ".");
  }

  private static String told(Hold hold) {
    return hold.reason().isEmpty() ? hold.owner() : hold.owner() + " (" + hold.reason() + ")";
  }

  private static Refused unknown(String text) {
    return new Refused(
        Reason.UNKNOWN_SNAPSHOT,
        "There is no snapshot '" + text + "' (any more). See: tidemark snapshot list");
  }

  private static String named(Snapshot snapshot) {
    return snapshot.entry().snapshot() + " of " + snapshot.volume().name();
  }
}
