package io.tidemark.repository.simulation;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.collect.Collector;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.schedule.IndexSweep;
import io.tidemark.repository.schedule.ScheduleTick;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.ResumedSessions;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.TinyReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What a process can do: the product's own use cases, each answer held against the journal.
final class Hands {
  private final World world;
  private final Actor self;
  private final Repository repository;
  private final TinyAgent agent;
  private final Snapshots snapshots;

  Hands(World world, Actor self, Repository repository, TinyAgent agent) {
    this.world = world;
    this.self = self;
    this.repository = repository;
    this.agent = agent;
    this.snapshots = new Snapshots(repository);
  }

  Actor self() {
    return self;
  }

  Repository repository() {
    return repository;
  }

  Entry create(Image image, SnapshotSession.ParentChoice parents) {
    SnapshotSession session = begin(image, parents);
    return commit(session, upload(session, image));
  }

  SnapshotSession begin(Image image, SnapshotSession.ParentChoice parents) {
    long from = world.oracle.number();
    SnapshotSession session =
        world.request(
            self, "begin " + image.name(), () -> agent.begin(world.volume, image, parents));
    if (world.oracle.isStrict()
        && !world.oracle.was(session.snapshot(), from, word -> !word.equals("none"))) {
      world.oracle.violated("I5: " + session.snapshot() + " was begun, and is not in the journal");
    }
    return session;
  }

  Written upload(SnapshotSession session, Image image) {
    return agent.write(session, image);
  }

  Entry commit(SnapshotSession session, Written written) {
    Entry entry =
        world.request(self, "commit " + session.snapshot(), () -> agent.commit(session, written));
    if (world.oracle.isStrict()
        && !world.oracle.wasCommitted(session.snapshot(), session.token().toString())) {
      world.oracle.violated(
          "I5: "
              + session.snapshot()
              + " was told to be READY, and was not committed by its token");
    }
    return entry;
  }

  void abort(SnapshotSession session) {
    world.request(
        self,
        "abort " + session.snapshot(),
        () -> {
          session.abort("not wanted");
          return true;
        });
  }

  void beat(SnapshotSession session) {
    session.beat(new Beat(repository.writer().clock().instant(), 1, 1, 0, 0));
  }

  /// Goes on with a session that somebody else began.
  Optional<Entry> resume(SnapshotId snapshot, Image image) {
    Optional<ResumedSessions.Resumed> resumed =
        new ResumedSessions(repository).resume(world.volume, snapshot);
    if (resumed.isEmpty()) {
      return Optional.empty();
    }
    SnapshotSession session = resumed.get().session();
    Map<PackId, Integer> sizes = new HashMap<>();
    Map<ChunkId, Reference> known = agent.read(resumed.get().packs(), sizes);
    return Optional.of(commit(session, agent.write(session, image, known, sizes)));
  }

  /// Asks the volume's host for a snapshot; under one key it is the same one, however often.
  RequestedSnapshot request(String name, Optional<RequestKey> key) {
    long from = world.oracle.number();
    RequestedSnapshot requested =
        world.request(
            self,
            "request " + name,
            () ->
                new SnapshotRequests(repository)
                    .request(
                        repository.journal().read().state(),
                        new SnapshotRequest(
                            world.named,
                            new Label(name, new TreeMap<>(), Optional.empty()),
                            Optional.empty(),
                            Duration.ofMinutes(10),
                            Wishes.NONE),
                        key));
    if (requested instanceof RequestedSnapshot.Made
        && !world.oracle.was(requested.id(), from, word -> !word.equals("none"))) {
      world.oracle.violated("I5: " + requested.id() + " was requested, and is not in the journal");
    }
    return requested;
  }

  /// Asks for what policies want.
  void tick() {
    for (ScheduleTick.Asked asked : new ScheduleTick(repository).run()) {
      world.note(self + ": due at " + asked.due() + ": " + asked.outcome());
    }
  }

  /// Begins what was asked for, as the agent of its host; empty when it waits no more.
  Optional<SnapshotSession> serve(SnapshotId id, SnapshotSession.ParentChoice parents) {
    RequestedSessions.Served served =
        world.request(
            self,
            "serve " + id,
            () ->
                new RequestedSessions(repository)
                    .serve(world.volume, id, world.host.name(), parents));
    return switch (served) {
      case RequestedSessions.Served.Begun(SnapshotSession session) -> Optional.of(session);
      case RequestedSessions.Served.Late _, RequestedSessions.Served.NotWaiting _ ->
          Optional.empty();
    };
  }

  /// Makes index and inbox what the journal says.
  void sweep() {
    IndexSweep.Result _ = new IndexSweep(repository).run();
  }

  void delete(SnapshotId id, Snapshots.Deletion deletion) {
    Snapshot snapshot = snapshots.find(id);
    Predicate<String> gone = word -> word.equals("none");
    // Past the trash takes two events: each of them is watched by the one who folds them.
    switch (deletion) {
      case TO_TRASH ->
          told(
              "delete " + id,
              id,
              gone.or("TRASHED"::equals),
              () -> snapshots.delete(List.of(snapshot), deletion));
      case NOW -> {
        long from = world.oracle.number();
        snapshots.delete(List.of(snapshot), deletion);
        check("delete " + id + " now", id, from, gone);
      }
    }
  }

  void undelete(SnapshotId id) {
    Snapshot snapshot = snapshots.find(id);
    told("undelete " + id, id, "READY"::equals, () -> snapshots.undelete(List.of(snapshot)));
  }

  void purge(SnapshotId id) {
    Snapshot snapshot = snapshots.find(id);
    world.request(
        self,
        "purge " + id,
        () -> {
          snapshots.purge(snapshot, "purged");
          return true;
        });
  }

  void abort(SnapshotId id) {
    Snapshot snapshot = snapshots.find(id);
    told("abort " + id, id, "none"::equals, () -> snapshots.abort(snapshot, "not wanted"));
  }

  void hold(SnapshotId id) {
    Snapshot snapshot = snapshots.find(id);
    long from = world.oracle.number();
    Snapshot held = world.request(self, "hold " + id, () -> snapshots.hold(snapshot, "mine"));
    if (held.holds().isEmpty() || !world.oracle.wasHeldByAPerson(id, from)) {
      world.oracle.violated("I5: " + self + " was told that it holds " + id + ", and does not");
    }
  }

  void release(SnapshotId id) {
    Snapshot snapshot = snapshots.find(id);
    snapshots.release(snapshot);
  }

  /// Reads a snapshot to its end. The reader gets the right bytes or «deleted»; «deleted» only when
  /// no root names it any more.
  TinyReader.Outcome read(SnapshotId id, TinyReader.Manner manner) {
    Snapshot snapshot = snapshots.find(id);
    Image image = world.images.get(snapshot.entry().label().name());
    if (image == null) {
      throw new IllegalStateException("No image " + snapshot.entry().label().name());
    }
    TinyReader.Outcome outcome = new TinyReader(repository, world.volume).read(id, image, manner);
    world.note(self + ": read " + id + " " + manner + ": " + outcome);
    switch (outcome) {
      case TinyReader.Outcome.Right _ -> {}
      case TinyReader.Outcome.Deleted _ -> {
        if (snapshot.entry().root().filter(world.oracle.state().roots()::contains).isPresent()) {
          world.oracle.violated("I6: " + self + " was told that " + id + " is deleted");
        }
      }
      case TinyReader.Outcome.Damaged(StoreException why) ->
          world.oracle.violated("I6: " + self + " was told that " + id + " is damaged: " + why);
      case TinyReader.Outcome.Wrong(List<String> where) ->
          world.oracle.violated("I6: " + self + " got wrong bytes of " + id + ": " + where);
    }
    return outcome;
  }

  private <T> void told(String what, SnapshotId id, Predicate<String> expected, Supplier<T> body) {
    long from = world.oracle.number();
    world.request(self, what, body);
    check(what, id, from, expected);
  }

  private void check(String what, SnapshotId id, long from, Predicate<String> expected) {
    if (!world.oracle.was(id, from, expected)) {
      world.oracle.violated("I5: " + self + " was told «done» (" + what + "), and it was not so");
    }
  }

  List<Upkeep.Due> planUpkeep(Predicate<Phase.Creating> knownDead) {
    return upkeep(knownDead).plan(world.volume);
  }

  void applyUpkeep(List<Upkeep.Due> due) {
    upkeep(_ -> false).apply(due);
  }

  private Upkeep upkeep(Predicate<Phase.Creating> knownDead) {
    return new Upkeep(repository, Upkeep.TRASH_WINDOW, knownDead);
  }

  Collector.Planned planCollection() {
    return new Collector(repository, agent.nodes()).plan(world.volume);
  }

  void applyCollection(Collector.Planned planned) {
    new Collector(repository, agent.nodes()).apply(planned);
  }

  void upkeepAndCollect() {
    applyUpkeep(planUpkeep(_ -> false));
    applyCollection(planCollection());
  }

  static Duration silence() {
    return Beats.SILENCE.plusMinutes(1);
  }
}
