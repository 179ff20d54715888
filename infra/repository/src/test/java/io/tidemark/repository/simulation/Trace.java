package io.tidemark.repository.simulation;

import io.tidemark.repository.Refused;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.collect.CollectionPlan;
import io.tidemark.repository.collect.FoundObject;
import io.tidemark.repository.format.More;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.ChunkReader;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.session.ResumedSessions;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.TinyAgent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// The model's failing traces, one for each rule, replayed on the real code: step by step as the
/// model prints them. With the rule in force each ends well; with it broken it must not.
enum Trace {
  LATE_CREATE {
    @Override
    void play(World world) {
      Actor client = world.start("client 0", hands -> request(world, hands, 1));
      world.until(client, BEFORE_EVENT);
      world.step(client, Verdict.LATE);
      world.finish(client, BEFORE_EVENT, Verdict.UNAVAILABLE);
      world.network.messages().forEach(world::land);
    }
  },
  LOST_REPLY {
    @Override
    void play(World world) {
      Actor client = world.start("client 0", hands -> request(world, hands, 1));
      world.until(client, BEFORE_EVENT);
      world.step(client, Verdict.LATE);
      world.network.messages().forEach(world::land);
      world.finish(client);
      expectNoFailure(world, client);
    }
  },
  ONE_NUMBER_TWO_CLIENTS {
    @Override
    void play(World world) {
      Actor first = world.start("client 0", hands -> request(world, hands, 1));
      Actor second = world.start("client 1", hands -> request(world, hands, 2));
      world.until(first, BEFORE_EVENT);
      world.until(second, BEFORE_EVENT);
      world.finish(first);
      world.finish(second);
      expect(world, Refused.class, second);
    }
  },
  DECIDED_BEFORE_ANOTHER_EVENT {
    @Override
    void play(World world) {
      Actor first = world.start("client 0", hands -> request(world, hands, 1));
      world.until(first, call -> call.is(StoreCall.LIST, "journal"));
      world.step(first, Verdict.DONE);
      world.until(first, call -> call.kind() != StoreCall.GET);
      Actor second = world.start("client 1", hands -> request(world, hands, 2));
      world.finish(second);
      world.finish(first);
      expect(world, Refused.class, first);
    }
  },
  GAP {
    @Override
    void play(World world) {
      Actor first = world.start("client 0", hands -> request(world, hands, 1));
      world.finish(first);
      world.memory.delete(List.of(event(world, 1)));
      try {
        world.bare.journal(world.volume).read();
        world.oracle.violated("A journal with a gap was read");
      } catch (StoreException.Corrupt e) {
        world.note("stopped: " + e.getMessage());
      }
    }
  },
  TWO_INCARNATIONS_ONE_KEY {
    @Override
    void play(World world) {
      Actor a = world.start("A", hands -> snapshot(world, hands, "s1"));
      world.until(a, BEFORE_PACK);
      world.habit = new TinyAgent.Habit(3, true);
      Actor b = world.start("B", hands -> resumeAny(world, hands));
      world.until(b, BEFORE_PACK);
      world.step(a, Verdict.DONE);
      world.finish(b);
      world.finish(a);
      expectNoFailure(world, a);
      expectNoFailure(world, b);
    }
  },
  OVERWRITTEN_PACK {
    @Override
    void play(World world) {
      Actor a = world.start("A", hands -> snapshot(world, hands, "s1"));
      world.until(a, BEFORE_PACK);
      world.habit = new TinyAgent.Habit(3, true);
      Actor b = world.start("B", hands -> resumeAny(world, hands));
      world.until(b, BEFORE_PACK);
      world.step(a, Verdict.DONE);
      world.step(b, Verdict.DONE);
      world.finish(a);
      world.finish(b);
      expectNoFailure(world, a);
      expectNoFailure(world, b);
    }
  },
  RESUME_AMONG_OTHERS_PACKS {
    @Override
    void play(World world) {
      Actor a = world.start("A", hands -> snapshot(world, hands, "s1"));
      world.until(a, BEFORE_PACK);
      Entry entry = world.oracle.state().entries().firstEntry().getValue();
      long session = entry.born();
      strangersPack(world, session, 0, 1);
      ResumedSessions.Resumed resumed =
          new ResumedSessions(world.bare).resume(world.volume, entry.snapshot()).orElseThrow();
      if (!resumed.packs().isEmpty()) {
        world.oracle.violated("A pack of another session's token was resumed with");
      }
      world.finish(a);
      expectNoFailure(world, a);
    }
  },
  COLLECTED_WHILE_RUNNING {
    @Override
    void play(World world) {
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      world.finish(world.start("collector", Trace::collect));
      world.finish(session);
      expectNoFailure(world, session);
    }
  },
  ABORTED_BEFORE_ITS_COMMIT {
    @Override
    void play(World world) {
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      Actor remover = world.start("remover", hands -> hands.abort(onlyEntry(world).snapshot()));
      world.finish(remover);
      Actor collector = world.start("collector", Trace::collect);
      world.until(collector, call -> call.kind() == StoreCall.DELETE);
      world.finish(session);
      world.finish(collector);
      expect(world, SessionEnded.class, session);
    }
  },
  BLIND_COMMIT {
    @Override
    void play(World world) {
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      Entry entry = onlyEntry(world);
      new Snapshots(world.bare).abort(new Snapshots(world.bare).find(entry.snapshot()), "aborted");
      expectIllegal(world, committed(world, entry, token(entry)));
    }
  },
  COMMIT_WITH_ANOTHERS_TOKEN {
    @Override
    void play(World world) {
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      expectIllegal(world, committed(world, onlyEntry(world), new Token(1, 2)));
      world.finish(session);
      expectNoFailure(world, session);
    }
  },
  NUMBER_BEGUN_AGAIN {
    @Override
    void play(World world) {
      Actor x = world.start("X", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, x);
      Entry lost = onlyEntry(world);
      loseEvent(world, 2);
      append(world, begunAgain(lost));
      world.finish(x);
      expect(world, SessionEnded.class, x);
    }
  },
  NUMBER_BEGUN_AND_COMMITTED_AGAIN {
    @Override
    void play(World world) {
      Actor x = world.start("X", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, x);
      Entry lost = onlyEntry(world);
      loseEvent(world, 2);
      append(world, begunAgain(lost));
      append(world, committed(world, lost, new Token(5, 5)));
      world.finish(x);
      expect(world, SessionEnded.class, x);
    }
  },
  EVENT_OF_A_LOST_PAST {
    @Override
    void play(World world) {
      Actor x = world.start("X", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, x);
      SnapshotId lost = onlyEntry(world).snapshot();
      world.until(x, BEFORE_EVENT);
      loseEvent(world, 2);
      Actor y = world.start("Y", hands -> snapshot(world, hands, "s2"));
      world.until(y, BEFORE_EVENT);
      world.step(x, Verdict.DONE);
      world.step(y, Verdict.DONE);
      VolumeState state = world.bare.journal(world.volume).read().state();
      if (state.find(lost).isPresent()) {
        world.oracle.violated("I1: the snapshot of a session that was never begun is there");
      }
    }
  },
  PARENT_GONE {
    @Override
    void play(World world) {
      Entry s0 = ready(world, "s0");
      deleteNow(world, s0);
      world.finish(world.start("collector", Trace::collect));
      Actor session =
          world.start("session 1", hands -> snapshot(world, hands, "s1", _ -> Optional.of(s0)));
      world.finish(session);
      expect(world, IllegalEventException.class, session);
    }
  },
  PARENT_PURGED_UNDER_A_SESSION {
    @Override
    void play(World world) {
      Entry s0 = ready(world, "s0");
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      deleteNow(world, s0);
      Actor collector = world.start("collector", Trace::collect);
      world.until(collector, call -> call.is(StoreCall.LIST, "packs"));
      world.finish(session);
      world.finish(collector);
      expectNoFailure(world, session);
    }
  },
  COMMITTED_WHILE_COLLECTED {
    @Override
    void play(World world) {
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      untilCommit(world, session);
      Actor collector = world.start("collector", Trace::collect);
      world.until(collector, call -> call.is(StoreCall.LIST, "packs"));
      world.finish(session);
      world.finish(collector);
      expectNoFailure(world, session);
    }
  },
  BEGUN_WHILE_COLLECTED {
    @Override
    void play(World world) {
      Actor collector = world.start("collector", Trace::collect);
      world.until(collector, call -> call.is(StoreCall.LIST, "packs"));
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      world.finish(session);
      world.finish(collector);
      expectNoFailure(world, session);
      CollectionPlan plan =
          CollectionPlan.of(
              world.volume,
              1,
              VolumeState.EMPTY,
              List.of(),
              List.of(new FoundObject(ObjectKeys.pack(world.volume, 2, 0), 2, 0, 1)),
              List.of());
      if (!plan.packs().isEmpty()) {
        world.oracle.violated("A pack later than the state read is condemned");
      }
    }
  },
  ONE_CHUNK_REPLACED {
    @Override
    void play(World world) {
      Entry s0 = ready(world, "s0");
      Actor session = world.start("session 1", hands -> snapshot(world, hands, "s1"));
      world.finish(session);
      expectNoFailure(world, session);
      deleteNow(world, s0);
      world.finish(world.start("collector", Trace::collect));
    }
  },
  HELD_AND_PURGED {
    @Override
    void play(World world) {
      Entry s0 = ready(world, "s0");
      append(world, held(s0));
      deleteNow(world, s0);
      world.finish(world.start("collector", Trace::collect));
    }
  },
  HELD_TOO_LATE {
    @Override
    void play(World world) {
      Entry s0 = ready(world, "s0");
      deleteNow(world, s0);
      world.finish(world.start("collector", Trace::collect));
      expectIllegal(world, held(s0));
    }
  },
  UNREADABLE_LIST {
    @Override
    void play(World world) {
      ready(world, "s0");
      Actor collector = world.start("collector", Trace::collect);
      world.finish(collector, call -> call.is(StoreCall.GET, "packs"), Verdict.SPOILED);
    }
  },
  OTHER_BYTES_AT_A_KEY {
    @Override
    void play(World world) {
      Image image = world.image(image("s0", 3));
      Entry s0 = create(world, image);
      Reference reference = chunk(world, s0.root().orElseThrow());
      deleteNow(world, s0);
      world.finish(world.start("collector", Trace::collect));
      strangersPack(world, reference.pack().session(), reference.pack().k(), 6);
      try (ChunkReader reader = new ChunkReader(world.memory, image.grid())) {
        reader.read(
            FrameRun.plan(List.of(new ChunkPlace(0, reference))).getFirst(),
            (_, plaintext) -> {
              if (!plaintext.equals(image.chunk(0))) {
                world.oracle.violated("I6: the reader ends with «wrong bytes»");
              }
            });
      } catch (StoreException.Corrupt e) {
        world.note("the reader refuses: " + e.getMessage());
      }
    }
  };

  static final Predicate<Call> BEFORE_EVENT = call -> call.is(StoreCall.CREATE, "/journal/");
  static final Predicate<Call> BEFORE_PACK = call -> call.is(StoreCall.CREATE, "/packs/");

  abstract void play(World world);

  /// Plays it; what is wrong then, with all that happened.
  Optional<String> run() throws InterruptedException {
    AtomicReference<Optional<String>> wrong = new AtomicReference<>(Optional.of("It broke off"));
    Thread stage = Thread.ofVirtual().unstarted(() -> wrong.set(runHere()));
    stage.start();
    stage.join();
    return wrong.get();
  }

  private Optional<String> runHere() {
    try (World world = new World(1)) {
      String failure = "";
      try {
        play(world);
      } catch (RuntimeException e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        failure = text.toString();
      }
      Optional<String> wrong =
          world.oracle.violation().or(() -> world.left().map(what -> "left: " + what));
      if (wrong.isEmpty() && !failure.isEmpty()) {
        wrong = Optional.of(failure);
      }
      return wrong.map(what -> name() + ": " + what + "\n  " + world.trace());
    }
  }

  static void expectNoFailure(World world, Actor actor) {
    if (actor.failure() != null) {
      world.oracle.violated(actor + " ended with " + actor.failure());
    }
  }

  static void expect(World world, Class<? extends Throwable> expected, Actor actor) {
    if (!expected.isInstance(actor.failure())) {
      world.oracle.violated(
          actor + " ended with " + actor.failure() + ", not " + expected.getSimpleName());
    }
  }

  /// One entry is the quota: who finds one is refused.
  static void request(World world, Hands hands, int number) {
    SnapshotId id = new SnapshotId(String.format("snap-%017x", number));
    VolumeEvent wanted =
        new VolumeEvent.Requested(
            id, Label.NONE, Origin.MANUAL, Optional.empty(), "host", Optional.empty(), More.NONE);
    Appended<VolumeState, String> _ =
        world.request(
            hands.self(),
            "request " + number,
            () ->
                hands
                    .repository()
                    .journal(world.volume)
                    .append(
                        reading -> {
                          if (!reading.state().entries().isEmpty()) {
                            throw new Refused(Refused.Reason.QUOTA, "There is one already");
                          }
                          return Decision.append(wanted);
                        }));
    if (world.oracle.state().find(id).isEmpty()) {
      world.oracle.violated("I5: the caller was told «done», and " + id + " is not there");
    }
  }

  static Image image(String name, int kind) {
    return new Image(name, 2 * 4096, new TreeMap<>(Map.of(0L, kind, 1L, 2)));
  }

  static void snapshot(World world, Hands hands, String name) {
    snapshot(world, hands, name, SnapshotSession.ParentChoice.newest());
  }

  static void snapshot(
      World world, Hands hands, String name, SnapshotSession.ParentChoice parents) {
    Entry _ = hands.create(world.image(image(name, 4)), parents);
  }

  static void resumeAny(World world, Hands hands) {
    Entry entry = onlyEntry(world);
    Image image = world.image(image(entry.label().name(), 4));
    Optional<Entry> _ = hands.resume(entry.snapshot(), image);
  }

  static void collect(Hands hands) {
    hands.applyCollection(hands.planCollection());
  }

  static Entry onlyEntry(World world) {
    return world.oracle.state().entries().firstEntry().getValue();
  }

  /// Everything is uploaded, and the journal read: what comes next is `committed`.
  static void untilCommit(World world, Actor session) {
    world.until(session, call -> call.is(StoreCall.CREATE, "/packs/"));
    world.until(session, call -> call.is(StoreCall.LIST, "/journal/"));
  }

  static String event(World world, long number) {
    return ObjectKeys.journal(world.volume) + ObjectKeys.descending(number);
  }

  /// An older copy of the bucket is put back, without that event.
  static void loseEvent(World world, long number) {
    world.oracle.expectLostEvents();
    List<DeleteOutcome> _ = world.memory.delete(List.of(event(world, number)));
  }

  static Entry ready(World world, String name) {
    return create(world, world.image(image(name, 1)));
  }

  static Entry create(World world, Image image) {
    try (TinyAgent agent = new TinyAgent(world.bare, world.habit)) {
      return agent.create(world.volume, image, SnapshotSession.ParentChoice.newest());
    }
  }

  static void deleteNow(World world, Entry entry) {
    Snapshots snapshots = new Snapshots(world.bare);
    List<Snapshot> _ =
        snapshots.delete(List.of(snapshots.find(entry.snapshot())), Snapshots.Deletion.NOW);
  }

  static VolumeEvent held(Entry entry) {
    return new VolumeEvent.Held(
        entry.snapshot(),
        entry.root().orElseThrow(),
        Hold.Kind.READER,
        "reader",
        "to read it",
        Optional.empty(),
        More.NONE);
  }

  static Token token(Entry entry) {
    if (entry.phase() instanceof Phase.Creating creating) {
      return creating.token();
    }
    throw new IllegalStateException(entry.snapshot() + " is " + entry.phase().word());
  }

  static VolumeEvent committed(World world, Entry entry, Token token) {
    return new VolumeEvent.Committed(
        entry.snapshot(),
        entry.born(),
        token,
        0,
        Optional.empty(),
        new Reference(new ChunkId(1, 2, 3, 4), new PackId(world.volume, entry.born(), 0), 80, 9),
        0,
        new SnapshotFacts(Instant.EPOCH, Consistency.IDLE, 0, 0, 0, 0, 0, 0),
        More.NONE);
  }

  /// The same number for the same snapshot, another token.
  static VolumeEvent begunAgain(Entry entry) {
    return new VolumeEvent.Begun(
        entry.snapshot(),
        entry.label(),
        entry.origin(),
        entry.requestedAt(),
        "host",
        new Token(5, 5),
        Optional.empty(),
        More.NONE);
  }

  static void append(World world, VolumeEvent event) {
    Appended<VolumeState, String> appended =
        world.bare.journal(world.volume).append(_ -> Decision.append(event));
    world.note("somebody: " + event.getClass().getSimpleName() + ": " + appended.getClass());
  }

  static void expectIllegal(World world, VolumeEvent event) {
    try {
      Appended<VolumeState, String> appended =
          world.bare.journal(world.volume).append(_ -> Decision.append(event));
      world.oracle.violated("Appended, though it is illegal: " + appended);
    } catch (IllegalEventException e) {
      world.note("refused: " + e.getMessage());
    }
  }

  /// Somebody else's pack: another token, one chunk of that kind.
  static void strangersPack(World world, long session, int k, int kind) {
    PackBuilder pack =
        new PackBuilder(
            ByteBuffer.allocate(3 * PackBuilder.bytesForOneFrame(4096)),
            world.volume,
            session,
            new Token(9, 9),
            PackKind.CHUNKS);
    Image image = image("stranger", kind);
    try (FrameEncoder encoder = new FrameEncoder(FrameEncoder.DEFAULT_LEVEL)) {
      for (long chunk = 0; chunk < 2; chunk++) {
        pack.add(new ChunkHasher().id(image.chunk(chunk)), image.chunk(chunk), encoder);
      }
    }
    PutOutcome _ =
        world.memory.createIfAbsent(
            ObjectKeys.pack(world.volume, session, k), pack.encode(k, new CommitId(9, 9)));
  }

  /// Where chunk 0 of a snapshot lies.
  static Reference chunk(World world, Root root) {
    try (StoreNodeSource nodes = new StoreNodeSource(world.memory)) {
      return new MapReader(root, Image.CHUNK_SIZE, nodes).find(0).orElseThrow();
    }
  }
}
