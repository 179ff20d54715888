package io.tidemark.repository.restore;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.request.Requests;
import io.tidemark.repository.restore.RequestedRestore.Standing;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Asks a host for a restore: holds the snapshot, and the new volume first where there is one, then
/// leaves a marker.
public final class RestoreRequests {
  private final Repository repository;
  private final Requests requests;

  public RestoreRequests(Repository repository) {
    this.repository = repository;
    this.requests = new Requests(repository);
  }

  /// Requests a restore; with a key, once however often it is repeated.
  ///
  /// @param state of the repository, as it was read to find the snapshot
  /// @param howLate it may begin after now
  /// @throws Refused when the snapshot is not READY, no agent serves the host, the name is taken,
  ///   the volume is being restored already, or the key means another request
  public RequestedRestore request(
      RepositoryState state,
      Snapshot snapshot,
      RestoreTarget target,
      Duration howLate,
      Optional<RequestKey> key) {
    return switch (target) {
      case RestoreTarget.InPlace() -> inPlace(state, snapshot, howLate, key);
      case RestoreTarget.NewVolume wanted -> newVolume(state, snapshot, wanted, howLate, key);
    };
  }

  /// What is remembered under a key.
  private record Asked(RequestKey key, RequestMemory memory) {}

  private Asked settle(RequestKey key, String digest, Supplier<RequestMemory> drawn) {
    return new Asked(key, requests.settle(key, digest, drawn));
  }

  private RequestedRestore inPlace(
      RepositoryState state, Snapshot snapshot, Duration howLate, Optional<RequestKey> key) {
    NamedVolume volume = snapshot.volume();
    Host host = Hosts.serving(state, volume);
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume.id());
    Reading<VolumeEvent, VolumeState> first = journal.read();
    String digest = RequestMemory.digest("rollback", snapshot.entry().snapshot().text());
    Optional<Asked> asked =
        key.map(
            known ->
                settle(
                    known,
                    digest,
                    () -> {
                      requireReady(snapshot, first.state());
                      return new RequestMemory(
                          digest, volume.id(), first.number(), Optional.empty(), Optional.empty());
                    }));
    Hold.Restore restore =
        new Hold.Restore(
            host.name(),
            volume.id().text(),
            Optional.of(first.storeTime().plus(howLate)),
            key.map(RequestKey::digest));
    return hold(journal, first, snapshot, volume, host, restore, asked);
  }

  private RequestedRestore newVolume(
      RepositoryState state,
      Snapshot snapshot,
      RestoreTarget.NewVolume wanted,
      Duration howLate,
      Optional<RequestKey> key) {
    Host host = Hosts.find(state, wanted.host());
    if (!host.pools().contains(wanted.pool())) {
      throw new Refused(
          Reason.UNKNOWN_POOL,
          "The host '"
              + host.name()
              + "' offers no pool '"
              + wanted.pool()
              + "'. It offers: "
              + (host.pools().isEmpty() ? "none" : String.join(", ", host.pools()))
              + ". Name one of its pools, or add it to the configuration of its agent.");
    }
    VolumeId from = snapshot.volume().id();
    Journal<VolumeEvent, VolumeState> journal = repository.journal(from);
    Reading<VolumeEvent, VolumeState> first = journal.read();
    ChunkSize chunkSize = first.state().volume().orElseThrow().chunkSize();
    VolumeId drawn = VolumeId.random(repository.writer().random());
    String digest =
        RequestMemory.digest(
            "restore",
            snapshot.entry().snapshot().text(),
            wanted.name().text(),
            host.id().text(),
            wanted.pool());
    Optional<Asked> asked =
        key.map(
            known ->
                settle(
                    known,
                    digest,
                    () -> {
                      requireReady(snapshot, first.state());
                      Volumes.requireFree(wanted.name(), state);
                      return new RequestMemory(
                          digest, from, first.number(), Optional.empty(), Optional.of(drawn));
                    }));
    VolumeId target = asked.flatMap(known -> known.memory().target()).orElse(drawn);
    Optional<RequestedRestore> known =
        asked.flatMap(
            remembered ->
                known(
                    journal,
                    first,
                    state.find(target).orElseGet(() -> named(target, wanted, host)),
                    remembered));
    if (known.isPresent()) {
      mark(host, known.get());
      return known.get();
    }
    requireReady(snapshot, first.state());
    Hold.Restore restore =
        new Hold.Restore(
            host.name(),
            target.text(),
            Optional.of(first.storeTime().plus(howLate)),
            key.map(RequestKey::digest));
    long targetHold = holdTarget(target, wanted, chunkSize, snapshot, restore);
    try {
      NamedVolume volume =
          new Volumes(repository).name(target, wanted.name(), host.name(), source(wanted.pool()));
      return hold(journal, first, snapshot, volume, host, restore, asked);
    } catch (Refused e) {
      withdraw(target, targetHold);
      throw e;
    }
  }

  /// What a volume's source says until its host has made it.
  public static String source(String pool) {
    return "pool:" + pool;
  }

  private static NamedVolume named(VolumeId id, RestoreTarget.NewVolume wanted, Host host) {
    return new NamedVolume(
        id,
        wanted.name().text(),
        host.name(),
        source(wanted.pool()),
        new TreeMap<>(),
        RepositoryState.Life.OPEN,
        1,
        More.NONE);
  }

  /// The new volume's event 1 and its hold, as far as they are not there: no snapshot of it begins
  /// before it is restored.
  private long holdTarget(
      VolumeId target,
      RestoreTarget.NewVolume wanted,
      ChunkSize chunkSize,
      Snapshot snapshot,
      Hold.Restore restore) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(target);
    journal.<VolumeState>append(
        reading ->
            reading.number() == 0
                ? Decision.append(
                    new VolumeEvent.Opened(target, wanted.name().text(), chunkSize, More.NONE))
                : Decision.leave(reading.state()));
    Appended<VolumeState, Long> held =
        journal.append(
            reading ->
                reading.state().holds().values().stream()
                    .filter(hold -> hold.kind() == Hold.Kind.RESTORE)
                    .findFirst()
                    .<Decision.Choice<VolumeEvent, Long>>map(hold -> Decision.leave(hold.number()))
                    .orElseGet(() -> Decision.append(held(snapshot, restore))));
    return switch (held) {
      case Appended.Event<VolumeState, Long> event -> event.number();
      case Appended.Left<VolumeState, Long>(Long number) -> number;
    };
  }

  /// Undoes the making of a volume that nothing will be restored into.
  private void withdraw(VolumeId target, long hold) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(target);
    journal.<VolumeState>append(
        reading ->
            reading.state().holds().containsKey(hold)
                ? Decision.append(new VolumeEvent.Released(hold, "refused", More.NONE))
                : Decision.leave(reading.state()));
    journal.<VolumeState>append(
        reading ->
            reading.state().life() == VolumeState.Life.OPEN
                    && reading.state().holds().isEmpty()
                    && reading.state().entries().isEmpty()
                ? Decision.append(new VolumeEvent.Closed(More.NONE))
                : Decision.leave(reading.state()));
    new Volumes(repository).unname(target);
  }

  private RequestedRestore hold(
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> first,
      Snapshot snapshot,
      NamedVolume target,
      Host host,
      Hold.Restore restore,
      Optional<Asked> asked) {
    Appended<VolumeState, RequestedRestore> held =
        journal.append(
            first,
            reading -> {
              Optional<RequestedRestore> known =
                  asked.flatMap(remembered -> known(journal, reading, target, remembered));
              if (known.isPresent()) {
                return Decision.leave(known.get());
              }
              requireReady(snapshot, reading.state());
              requireUnrestored(target, reading.state());
              return Decision.append(held(snapshot, restore));
            });
    RequestedRestore restoring =
        switch (held) {
          case Appended.Event<VolumeState, RequestedRestore> event ->
              new RequestedRestore(
                  snapshot.volume().id(), event.number(), target, Standing.WAITING);
          case Appended.Left<VolumeState, RequestedRestore>(RequestedRestore known) -> known;
        };
    mark(host, restoring);
    return restoring;
  }

  private void mark(Host host, RequestedRestore restore) {
    if (restore.standing() == Standing.WAITING) {
      new Inbox(repository, host.id())
          .put(new Marker.ForRestore(restore.journal(), restore.hold()));
    }
  }

  private VolumeEvent.Held held(Snapshot snapshot, Hold.Restore restore) {
    return new VolumeEvent.Held(
        snapshot.entry().snapshot(),
        snapshot.entry().content().orElseThrow().root(),
        Hold.Kind.RESTORE,
        repository.writer().actor(),
        "restore to " + restore.target() + " on " + restore.host(),
        Optional.of(restore),
        More.NONE);
  }

  /// What the journal says of the request; empty when no event after its memory carries it out.
  private static Optional<RequestedRestore> known(
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> reading,
      NamedVolume target,
      Asked asked) {
    RequestMemory memory = asked.memory();
    List<Long> carriers =
        journal.events(memory.number() + 1, reading.number()).stream()
            .filter(event -> carriesOut(event.event(), target, asked))
            .map(Journal.Numbered::number)
            .toList();
    return carriers.stream()
        .findFirst()
        .map(
            number ->
                new RequestedRestore(
                    memory.volume(),
                    number,
                    target,
                    reading.state().holds().containsKey(number)
                        ? Standing.WAITING
                        : Standing.ENDED));
  }

  /// Of a new volume the id, drawn for this request alone, tells; in place the digest does.
  private static boolean carriesOut(VolumeEvent event, NamedVolume target, Asked asked) {
    return event instanceof VolumeEvent.Held held
        && held.restore()
            .filter(restore -> restore.target().equals(target.id().text()))
            .filter(
                restore ->
                    asked.memory().target().isPresent()
                        || restore.request().equals(Optional.of(asked.key().digest())))
            .isPresent();
  }

  private static void requireReady(Snapshot snapshot, VolumeState state) {
    Optional<Entry> entry = state.find(snapshot.entry().snapshot());
    if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Ready)) {
      throw new Refused(
          Reason.WRONG_STATE,
          snapshot.entry().snapshot()
              + " of "
              + snapshot.volume().name()
              + " is "
              + entry.map(found -> found.phase().word()).orElse("gone")
              + ", and only a READY snapshot is restored.");
    }
  }

  private static void requireUnrestored(NamedVolume target, VolumeState state) {
    for (Hold hold : state.holds().values()) {
      if (hold.restore().filter(other -> other.target().equals(target.id().text())).isPresent()) {
        throw new Refused(
            Reason.IN_USE,
            "The volume '"
                + target.name()
                + "' is being restored by "
                + hold.owner()
                + " from "
                + hold.snapshot()
                + ". Wait until that has ended.");
      }
    }
  }
}
