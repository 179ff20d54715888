package io.tidemark.repository.session;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.store.StoreException;
import java.util.Optional;
import java.util.function.Supplier;

/// One attempt to write a snapshot (design: begun, packs, committed). It is over when [#commit] or
/// [#abort] has returned; a process that dies in between leaves an entry CREATING, which anyone may
/// remove once it is silent.
public final class SnapshotSession {
  /// Chooses the snapshot to compare with, on the very state that `begun` is decided on.
  @FunctionalInterface
  public interface ParentChoice {
    /// A READY entry of the state, or empty for a full upload.
    Optional<Entry> choose(VolumeState state);

    /// The newest READY snapshot.
    static ParentChoice newest() {
      return VolumeState::newestReady;
    }
  }

  private final Repository repository;
  private final VolumeState.Opened volume;
  private final SnapshotId snapshot;
  private final long number;
  private final Token token;
  private final Optional<Phase.Parent> parent;
  private final SessionPacks packs;
  private final Beats beats;
  private final Journal<VolumeEvent, VolumeState> journal;
  private long newestSeen;

  /// From then on a beat, which may be under way beside the work, has nobody to look for.
  private volatile boolean endsItself;

  /// @param firstK number of the first pack that it may send
  SnapshotSession(
      Repository repository,
      VolumeState.Opened volume,
      SnapshotId snapshot,
      Phase.Creating creating,
      int firstK,
      Journal<VolumeEvent, VolumeState> journal) {
    this.repository = repository;
    this.volume = volume;
    this.snapshot = snapshot;
    this.number = creating.session();
    this.token = creating.token();
    this.parent = creating.parent();
    this.packs = new SessionPacks(repository, volume.id(), creating.session(), firstK);
    this.beats = new Beats(repository, volume.id(), creating.session());
    this.journal = journal;
    this.newestSeen = creating.session();
  }

  /// Reserves an id and appends `begun`, which pins the parent.
  ///
  /// @throws Refused when the volume is closed or being restored, or a limit is reached
  public static SnapshotSession begin(
      Repository repository, NewSnapshot wanted, ParentChoice parents) {
    return begin(repository, wanted, parents, () -> Token.random(repository.writer().random()));
  }

  /// The same with a token that the caller has drawn, and may have noted, beforehand: then it knows
  /// its session again whenever it dies.
  public static SnapshotSession begin(
      Repository repository, NewSnapshot wanted, ParentChoice parents, Token token) {
    return begin(repository, wanted, parents, () -> token);
  }

  private static SnapshotSession begin(
      Repository repository, NewSnapshot wanted, ParentChoice parents, Supplier<Token> tokens) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(wanted.volume());
    Reading<VolumeEvent, VolumeState> first = journal.read();
    QuotaCheck quotas = new QuotaCheck(repository);
    refuseUnfit(wanted.volume(), first.state());
    quotas.requireRoomForNew(first.state());
    SnapshotId id = new SnapshotIds(repository).reserve(wanted.volume(), first.number());
    Token token = tokens.get();
    Appended<VolumeState, VolumeState> begun =
        journal.append(
            first,
            reading -> {
              refuseUnfit(wanted.volume(), reading.state());
              quotas.requireRoomForNew(reading.state());
              return Decision.append(
                  new VolumeEvent.Begun(
                      id,
                      wanted.label(),
                      wanted.origin(),
                      wanted.requestedAt(),
                      wanted.host(),
                      token,
                      parents.choose(reading.state()).map(SnapshotSession::pinned),
                      More.NONE));
            });
    return switch (begun) {
      case Appended.Event<VolumeState, VolumeState> event ->
          running(repository, journal, event.state(), id, token)
              .orElseThrow(() -> new IllegalStateException(id + " was begun and is not there"));
      case Appended.Left<VolumeState, VolumeState> _ ->
          throw new IllegalStateException("A session is begun or refused");
    };
  }

  public VolumeId volume() {
    return volume.id();
  }

  public ChunkSize chunkSize() {
    return volume.chunkSize();
  }

  public SnapshotId snapshot() {
    return snapshot;
  }

  /// The number of its `begun`, which names it in keys.
  public long number() {
    return number;
  }

  public Token token() {
    return token;
  }

  /// What it is compared with, pinned until the session ends.
  public Optional<Phase.Parent> parent() {
    return parent;
  }

  /// Sends this session's packs.
  public PackSender packs() {
    return packs;
  }

  /// Bytes of all packs that are in the store.
  public long packBytes() {
    return packs.objectBytes();
  }

  /// Bytes of all packs that were given up before the store had answered: each may be there, or
  /// arrive later.
  public long unsettledBytes() {
    return packs.unsettledBytes();
  }

  /// Shows that the session lives, and looks whether it still may.
  ///
  /// @throws SessionEnded when its entry is gone, and not by this session's own doing
  public void beat(Beat beat) {
    beats.write(beat);
    if (endsItself) {
      return;
    }
    long newest = repository.journal(volume.id()).newestNumber();
    if (newest != newestSeen) {
      if (find(repository.journal(volume.id()).read().state()).isEmpty() && !endsItself) {
        throw ended();
      }
      newestSeen = newest;
    }
  }

  /// Makes the snapshot READY. Everything that `written` names has to be in the store.
  ///
  /// @return the entry, READY
  /// @throws SessionEnded when the session was ended by somebody else
  /// @throws StoreException.UnknownOutcome when nobody can say yet
  public Entry commit(Written written, SnapshotFacts facts) {
    endsItself = true;
    Appended<VolumeState, Entry> committed =
        journal.append(
            reading -> {
              Optional<Entry> entry = reading.state().find(snapshot);
              if (entry.isPresent() && isOurs(entry.get())) {
                return Decision.leave(entry.get());
              }
              if (find(reading.state()).isEmpty()) {
                throw ended();
              }
              return Decision.append(committed(written, facts));
            });
    return committed.outcome(state -> state.find(snapshot).orElseThrow());
  }

  /// Ends the session without a snapshot; does nothing when it has ended already.
  public void abort(String reason) {
    endsItself = true;
    repository
        .journal(volume.id())
        .<VolumeState>append(
            reading ->
                find(reading.state()).isEmpty()
                    ? Decision.leave(reading.state())
                    : Decision.append(new VolumeEvent.Removed(snapshot, reason, More.NONE)));
  }

  /// Ends the session and keeps its reason to be read; does nothing when it has ended already.
  public void fail(String reason) {
    endsItself = true;
    repository
        .journal(volume.id())
        .<VolumeState>append(
            reading ->
                find(reading.state()).isEmpty()
                    ? Decision.leave(reading.state())
                    : Decision.append(new VolumeEvent.Failed(snapshot, reason, More.NONE)));
  }

  private VolumeEvent committed(Written written, SnapshotFacts facts) {
    return switch (written) {
      case Written.Changed changed ->
          new VolumeEvent.Committed(
              snapshot,
              number,
              token,
              changed.sizeBytes(),
              changed.map(),
              changed.packList(),
              0,
              facts,
              More.NONE);
      case Written.Unchanged _ -> {
        Root root = parent.orElseThrow().root();
        yield new VolumeEvent.Committed(
            snapshot,
            number,
            token,
            root.sizeBytes(),
            root.map(),
            root.packList(),
            root.listCommit(),
            facts,
            More.NONE);
      }
    };
  }

  private Optional<Phase.Creating> find(VolumeState state) {
    return creating(state, snapshot)
        .filter(creating -> creating.session() == number && creating.token().equals(token));
  }

  private boolean isOurs(Entry entry) {
    return entry
        .content()
        .filter(content -> content.session() == number && content.token().equals(token))
        .isPresent();
  }

  private SessionEnded ended() {
    return new SessionEnded(
        "The snapshot "
            + snapshot
            + " of "
            + volume.name()
            + " was ended by somebody else while it was made; what it uploaded is collected. Create"
            + " it again.");
  }

  /// The session with that token, if the state has it.
  static Optional<SnapshotSession> running(
      Repository repository,
      Journal<VolumeEvent, VolumeState> journal,
      VolumeState state,
      SnapshotId snapshot,
      Token token) {
    return creating(state, snapshot)
        .filter(creating -> creating.token().equals(token))
        .map(
            creating ->
                new SnapshotSession(
                    repository, state.volume().orElseThrow(), snapshot, creating, 0, journal));
  }

  /// What an entry says of the session that writes it.
  static Optional<Phase.Creating> creating(VolumeState state, SnapshotId snapshot) {
    return state.find(snapshot).map(Entry::phase).flatMap(SnapshotSession::creating);
  }

  private static Optional<Phase.Creating> creating(Phase phase) {
    return phase instanceof Phase.Creating creating ? Optional.of(creating) : Optional.empty();
  }

  static Phase.Parent pinned(Entry entry) {
    Phase.Content content = entry.content().orElseThrow();
    return new Phase.Parent(entry.snapshot(), content.root(), content.commit());
  }

  /// @throws Refused when no session of the volume may begin now
  public static void refuseUnfit(VolumeId volume, VolumeState state) {
    if (state.volume().isEmpty() || state.life() == VolumeState.Life.CLOSED) {
      throw new Refused(
          Refused.Reason.UNKNOWN_VOLUME, "The volume " + volume + " was removed. Add it again.");
    }
    Optional<Hold> restore = state.restoreHold();
    if (restore.isPresent()) {
      throw new Refused(
          Refused.Reason.IN_USE,
          "The volume "
              + volume
              + " is being restored by "
              + restore.get().owner()
              + " from "
              + restore.get().snapshot()
              + ". Wait until that has ended.");
    }
  }
}
