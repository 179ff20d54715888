package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.journal.volume.VerificationCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.store.StoreException;
import java.util.List;
import java.util.Optional;
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

  private final Repository repository;
  private final SnapshotSearch search;

  public Snapshots(Repository repository) {
    this.repository = repository;
    this.search = new SnapshotSearch(repository);
  }

  /// Every snapshot of one volume, or of all, that `filter` takes. Of all, a volume whose journal
  /// cannot be relied on keeps nobody from seeing the others.
  ///
  /// @throws StoreException.Corrupt when the journal of the one volume asked for is damaged
  public SnapshotList list(Optional<String> volume, SnapshotFilter filter) {
    return search.list(volume, filter);
  }

  /// The one snapshot that `selector` names.
  ///
  /// @throws Refused when there is none, or more than one
  public Snapshot find(SnapshotSelector selector) {
    return search.find(selector);
  }

  /// The snapshot with that id.
  ///
  /// @throws Refused when there is none any more, or never was
  public Snapshot find(SnapshotId id) {
    return search.find(id);
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
  ///
  /// @throws Refused when it FAILED, or the new expiry is past
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

  /// Notes what was found when a snapshot was read back; does nothing when it is no longer READY.
  public Snapshot noteVerified(Snapshot snapshot, Verification verification) {
    return change(
        snapshot,
        entry ->
            entry.phase() instanceof Phase.Ready
                ? Optional.of(
                    new VolumeEvent.Described(
                        entry.snapshot(), entry.label(), VerificationCodec.encode(verification)))
                : Optional.empty());
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
          Entry entry =
              reading.state().find(id).orElseThrow(() -> SnapshotSearch.unknown(id.text()));
          Snapshot now = Snapshot.of(snapshot.volume(), reading.state(), entry);
          Optional<VolumeEvent> wanted = event.apply(entry);
          if (wanted.isPresent() && wanted.get() instanceof VolumeEvent.Trashed) {
            refuseUndeletable(now);
          }
          if (wanted.isPresent() && wanted.get() instanceof VolumeEvent.Restored) {
            quotas.requireRoomForOneMore(reading.state());
          }
          if (wanted.isPresent()
              && wanted.get() instanceof VolumeEvent.Described described
              && !described.label().expires().equals(entry.label().expires())) {
            Expiry.requireAhead(described.label().expires(), reading.storeTime());
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
    Optional<Reading<VolumeEvent, VolumeState>> read =
        search.take(volume).filter(reading -> appends(decision, reading));
    return read.isPresent() ? journal.append(read.get(), decision) : journal.append(decision);
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
    VolumeState state = repository.journal(snapshot.volume().id()).read().state();
    SnapshotId id = snapshot.entry().snapshot();
    Entry entry = state.find(id).orElseThrow(() -> SnapshotSearch.unknown(id.text()));
    return Snapshot.of(snapshot.volume(), state, entry);
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

  private static String named(Snapshot snapshot) {
    return snapshot.entry().snapshot() + " of " + snapshot.volume().name();
  }
}
