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
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

  private SnapshotSession(
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
  public static Served serve(
      Repository repository,
      VolumeId volume,
      SnapshotId snapshot,
      String host,
      ParentChoice parents) {
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
              refuseUnfit(volume, reading.state());
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
            running(repository, journal, event.state(), snapshot, token);
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
  public static Optional<Entry> decline(
      Repository repository, VolumeId volume, SnapshotId snapshot, String host, String reason) {
    return end(
        repository,
        volume,
        snapshot,
        host,
        (_, _) -> Optional.of(new VolumeEvent.Failed(snapshot, reason, More.NONE)));
  }

  /// Ends a request that is too late, by the store's clock; does nothing when it is not.
  ///
  /// @return its entry, FAILED when this ended it; empty when it is gone
  public static Optional<Entry> declineLate(
      Repository repository, VolumeId volume, SnapshotId snapshot, String host) {
    return end(
        repository,
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

  private static Optional<Entry> end(
      Repository repository, VolumeId volume, SnapshotId snapshot, String host, Ending ending) {
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

  /// Goes on with a session whose process died, if its entry still stands: with the packs that it
  /// left, as far as their headers carry its token.
  public static Optional<Resumed> resume(
      Repository repository, VolumeId volume, SnapshotId snapshot) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume);
    VolumeState state = journal.read().state();
    Optional<Phase.Creating> creating =
        state.find(snapshot).map(Entry::phase).flatMap(SnapshotSession::creating);
    if (creating.isEmpty()) {
      return Optional.empty();
    }
    long session = creating.get().session();
    List<FoundPack> found = new ArrayList<>();
    int firstK = 0;
    String folder = ObjectKeys.packs(volume, session);
    String after = "";
    Listing listing;
    do {
      listing = repository.store().list(folder, after, 1000);
      for (Listing.Entry entry : listing.entries()) {
        after = entry.key();
        PackId id;
        try {
          id = new PackId(volume, session, ObjectKeys.packNumber(entry.key()));
        } catch (IllegalArgumentException e) {
          // Not Tidemark's, or a server's half-written file: left alone, and a check reports it.
          continue;
        }
        firstK = Math.max(firstK, id.k() + 1);
        PackHeader header;
        try {
          header = SessionPacks.header(repository.store(), entry.key());
        } catch (StoreException.Corrupt | StoreException.FormatTooNew | StoreException.Missing e) {
          // Not sound, or a collector of a lost state was faster: it is not referred to.
          continue;
        }
        if (!header.id().equals(id)) {
          continue;
        }
        if (header.token().equals(creating.get().token())) {
          found.add(new FoundPack(header, entry.sizeBytes()));
        }
      }
    } while (listing.truncated());
    return Optional.of(
        new Resumed(
            new SnapshotSession(
                repository,
                state.volume().orElseThrow(),
                snapshot,
                creating.get(),
                firstK,
                journal),
            found));
  }

  /// Goes on with a session whose process died, if its entry still stands, from nothing: the packs
  /// that it left are passed over. One LIST a thousand of them.
  public static Optional<SnapshotSession> takeOver(
      Repository repository, VolumeId volume, SnapshotId snapshot) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume);
    VolumeState state = journal.read().state();
    return state
        .find(snapshot)
        .map(Entry::phase)
        .flatMap(SnapshotSession::creating)
        .map(
            creating ->
                new SnapshotSession(
                    repository,
                    state.volume().orElseThrow(),
                    snapshot,
                    creating,
                    firstFreeK(repository, ObjectKeys.packs(volume, creating.session())),
                    journal));
  }

  private static int firstFreeK(Repository repository, String folder) {
    int free = 0;
    String after = "";
    Listing listing;
    do {
      listing = repository.store().list(folder, after, 1000);
      for (Listing.Entry entry : listing.entries()) {
        after = entry.key();
        free = Math.max(free, packNumber(entry.key()) + 1);
      }
    } while (listing.truncated());
    return free;
  }

  /// Of a key that is none, for some servers show files that they are still writing: -1.
  private static int packNumber(String key) {
    try {
      return ObjectKeys.packNumber(key);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  /// A session gone on with.
  public record Resumed(SnapshotSession session, List<FoundPack> packs) {
    public Resumed {
      packs = List.copyOf(packs);
    }
  }

  /// A pack that an earlier incarnation of this session left.
  public record FoundPack(PackHeader header, long objectBytes) {}

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
  /// @throws SessionEnded when its entry is gone
  public void beat(Beat beat) {
    beats.write(beat);
    long newest = repository.journal(volume.id()).newestNumber();
    if (newest != newestSeen) {
      if (find(repository.journal(volume.id()).read().state()).isEmpty()) {
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
    return state
        .find(snapshot)
        .map(Entry::phase)
        .flatMap(SnapshotSession::creating)
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

  private static Optional<SnapshotSession> running(
      Repository repository,
      Journal<VolumeEvent, VolumeState> journal,
      VolumeState state,
      SnapshotId snapshot,
      Token token) {
    return state
        .find(snapshot)
        .map(Entry::phase)
        .flatMap(SnapshotSession::creating)
        .filter(creating -> creating.token().equals(token))
        .map(
            creating ->
                new SnapshotSession(
                    repository, state.volume().orElseThrow(), snapshot, creating, 0, journal));
  }

  private static Optional<Phase.Creating> creating(Phase phase) {
    return phase instanceof Phase.Creating creating ? Optional.of(creating) : Optional.empty();
  }

  private static Phase.Parent pinned(Entry entry) {
    Phase.Content content = entry.content().orElseThrow();
    return new Phase.Parent(entry.snapshot(), content.root(), content.commit());
  }

  private static void refuseUnfit(VolumeId volume, VolumeState state) {
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
