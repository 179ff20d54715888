package io.tidemark.repository.simulation;

import static java.util.Objects.requireNonNull;

import io.tidemark.repository.Refused;
import io.tidemark.repository.collect.Collector;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.schedule.IndexSweep;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.TinyReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// One random history: writers, resumers, deleters, holders, readers, upkeep, collectors,
/// requesters, ticks, servers of requests and sweepers on one volume, in an order and with mishaps
/// that the seed decides; then everything comes to rest, and what is promised is checked: every
/// snapshot restores, the next create works, and when all is deleted and collected no pack is left;
/// what was asked for once is there once, and index and inbox say what the journal says.
final class Simulation {
  private static final int MOST_STEPS = 20_000;
  private static final int MOST_AT_ONCE = 5;

  private final World world;
  private final RandomGenerator random;
  private final int mishaps;
  private final Map<Actor, Integer> asleep = new HashMap<>();
  private final Map<Long, List<Actor>> owners = new HashMap<>();
  private final Set<Actor> spoiled = new HashSet<>();

  /// What was answered under each key.
  private final Map<RequestKey, SnapshotId> answers = new HashMap<>();

  private Image disk = Image.empty("blank");
  private int names;
  private int steps;

  private Simulation(long seed) {
    world = new World(seed);
    random = new SplittableRandom(~seed);
    mishaps = random.nextInt(3);
  }

  /// What came of a history.
  ///
  /// @param violation what is wrong, with the seed and all that happened; empty when nothing is
  record Result(Optional<String> violation, int steps, String trace) {}

  /// Runs the history of a seed.
  static Result run(long seed) throws InterruptedException {
    Result[] result = new Result[1];
    Thread stage = Thread.ofVirtual().unstarted(() -> result[0] = runHere(seed));
    stage.start();
    stage.join();
    if (result[0] == null) {
      throw new IllegalStateException("The simulation of seed " + seed + " broke off");
    }
    return result[0];
  }

  private static Result runHere(long seed) {
    Simulation simulation = new Simulation(seed);
    try (World world = simulation.world) {
      Optional<String> violation;
      try {
        simulation.play();
        simulation.comeToRest();
        violation = world.oracle.violation();
      } catch (Violated e) {
        violation = Optional.ofNullable(e.getMessage());
      } catch (RuntimeException | AssertionError e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        violation = Optional.of(text.toString());
      }
      return new Result(
          violation.map(what -> what + "\nseed " + seed + "\n  " + world.trace()),
          simulation.steps,
          world.trace());
    }
  }

  private static final class Violated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violated(String what) {
      super(what);
    }
  }

  private void check() {
    world
        .oracle
        .violation()
        .ifPresent(
            what -> {
              throw new Violated(what);
            });
  }

  private void play() {
    int toStart = 6 + random.nextInt(12);
    Optional<Actor> focus = Optional.empty();
    while (toStart > 0 || world.actors().stream().anyMatch(actor -> !actor.isOver())) {
      if (++steps > MOST_STEPS) {
        throw new Violated("The history does not end");
      }
      List<Actor> awake =
          world.actors().stream()
              .filter(actor -> !actor.isOver() && asleep.getOrDefault(actor, 0) <= steps)
              .toList();
      long alive = world.actors().stream().filter(actor -> !actor.isOver()).count();
      int dice = random.nextInt(100);
      if (toStart > 0 && alive < MOST_AT_ONCE && (alive == 0 || dice < 8)) {
        start();
        toStart--;
      } else if (dice < 12 && !world.network.messages().isEmpty()) {
        land();
      } else if (dice < 15) {
        pass();
      } else if (awake.isEmpty()) {
        asleep.clear();
      } else {
        if (focus.isEmpty() || !awake.contains(focus.get()) || random.nextInt(5) == 0) {
          focus = Optional.of(awake.get(random.nextInt(awake.size())));
        }
        step(focus.get());
        if (random.nextInt(60) == 0) {
          asleep.put(focus.get(), steps + 10 + random.nextInt(200));
        }
      }
      check();
    }
  }

  private void land() {
    List<Network.Message> messages = world.network.messages();
    world.land(messages.get(random.nextInt(messages.size())));
  }

  private void pass() {
    world.pass(
        switch (random.nextInt(6)) {
          case 0 -> Duration.ofMinutes(16);
          case 1 -> Duration.ofHours(25);
          case 2 -> Duration.ofMinutes(5);
          default -> Duration.ofSeconds(20);
        });
  }

  private void step(Actor actor) {
    Verdict verdict = verdict(actor);
    if (verdict == Verdict.SPOILED) {
      spoiled.add(actor);
    }
    if (verdict == Verdict.KILLED) {
      world.note(actor + " is killed before " + actor.before());
      actor.kill();
      return;
    }
    world.step(actor, verdict);
    Throwable failure = actor.failure();
    if (failure != null && !isExpected(actor, failure)) {
      throw new IllegalStateException(actor + " ended with " + failure, failure);
    }
  }

  private Verdict verdict(Actor actor) {
    Call call = actor.before();
    int dice = random.nextInt(mishaps == 2 ? 200 : 1000);
    if (call == null || mishaps == 0 || dice > 40) {
      return Verdict.DONE;
    }
    if (dice < 6) {
      return Verdict.KILLED;
    }
    return switch (call.kind()) {
      case CREATE ->
          dice < 16
              ? Verdict.DONE_TWICE
              : dice < 25 ? Verdict.REPLY_LOST : dice < 36 ? Verdict.LATE : Verdict.UNAVAILABLE;
      case GET ->
          actor.name().startsWith("collector") && dice < 30 ? Verdict.SPOILED : Verdict.UNAVAILABLE;
      case LIST -> Verdict.UNAVAILABLE;
      case DELETE ->
          dice < 14
              ? Verdict.DONE_TWICE
              : dice < 20 ? Verdict.REPLY_LOST : dice < 30 ? Verdict.LATE : Verdict.SPOILED;
    };
  }

  private boolean isExpected(Actor actor, Throwable failure) {
    return switch (failure) {
      case StoreException.Unavailable _ -> true;
      case StoreException.UnknownOutcome _ -> true;
      case StoreException.Corrupt _ -> spoiled.contains(actor);
      case Refused _ -> true;
      case SessionEnded _ -> true;
      default -> false;
    };
  }

  private void start() {
    String number = "-" + (world.actors().size() + 1);
    switch (random.nextInt(32)) {
      case 0, 1, 2, 3, 4, 5, 6 -> startWriter(number);
      case 7, 8 -> world.start("resumer" + number, this::resume);
      case 9, 10, 11, 12, 13 -> world.start("deleter" + number, this::delete);
      case 14, 15 -> world.start("holder" + number, this::hold);
      case 16, 17 -> world.start("upkeep" + number, this::keepUp);
      case 18, 19, 20, 21 -> world.start("reader" + number, this::read);
      case 22, 23 -> world.start("requester" + number, this::request);
      case 24, 25 -> world.start("tick" + number, Hands::tick);
      case 26, 27, 28 -> world.start("server" + number, this::serve);
      case 29 -> world.start("sweeper" + number, Hands::sweep);
      default -> world.start("collector" + number, this::collect);
    }
  }

  private void startWriter(String number) {
    world.start("writer" + number, this::write);
  }

  private Image nextImage() {
    disk = world.image(disk.changed("image-" + ++names, random));
    return disk;
  }

  private SnapshotSession.ParentChoice parents() {
    int dice = random.nextInt(10);
    return switch (dice) {
      case 0 -> _ -> Optional.empty();
      case 1, 2 ->
          state -> {
            List<Entry> ready =
                state.entries().values().stream()
                    .filter(entry -> entry.phase() instanceof Phase.Ready)
                    .toList();
            return ready.isEmpty() ? Optional.empty() : Optional.of(ready.get(dice % ready.size()));
          };
      default -> SnapshotSession.ParentChoice.newest();
    };
  }

  private void write(Hands hands) {
    int snapshots = 1 + random.nextInt(2);
    for (int i = 0; i < snapshots; i++) {
      Image image = nextImage();
      SnapshotSession session = hands.begin(image, parents());
      owners.computeIfAbsent(session.number(), _ -> new ArrayList<>()).add(hands.self());
      try {
        Written written = hands.upload(session, image);
        if (random.nextInt(3) == 0) {
          hands.beat(session);
        }
        if (random.nextInt(10) == 0) {
          hands.abort(session);
        } else {
          commit(hands, session, written);
        }
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        // Its pin went with its entry, and the parent's packs with that.
        if (isRunning(session)) {
          throw new IllegalStateException("A running session lost what it reads", e);
        }
      }
    }
  }

  private boolean isRunning(SnapshotSession session) {
    return world
        .oracle
        .state()
        .find(session.snapshot())
        .filter(
            entry ->
                entry.phase() instanceof Phase.Creating creating
                    && creating.token().equals(session.token()))
        .isPresent();
  }

  /// A caller who asks again with the same key until he is answered, or gives up.
  private void request(Hands hands) {
    String name = nextImage().name();
    Optional<RequestKey> key =
        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(RequestKey.of("caller", name));
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      try {
        SnapshotId id = hands.request(name, key).id();
        key.ifPresent(
            known -> {
              SnapshotId before = answers.putIfAbsent(known, id);
              if (before != null && !before.equals(id)) {
                world.oracle.violated("I7: one key stands for " + before + " and " + id);
              }
            });
        if (key.isEmpty()) {
          return;
        }
      } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
        if (key.isEmpty() || i == times - 1) {
          throw e;
        }
      }
    }
  }

  /// The agent of the volume's host.
  private void serve(Hands hands) {
    Optional<Entry> waiting = any(entry -> entry.phase() instanceof Phase.Requested);
    if (waiting.isEmpty()) {
      return;
    }
    String name = waiting.get().label().name();
    if (!world.images.containsKey(name)) {
      // A policy gave it its name.
      disk = world.image(disk.changed(name, random));
    }
    Image image = requireNonNull(world.images.get(name));
    Optional<SnapshotSession> begun = hands.serve(waiting.get().snapshot(), parents());
    if (begun.isEmpty()) {
      return;
    }
    SnapshotSession session = begun.get();
    owners.computeIfAbsent(session.number(), _ -> new ArrayList<>()).add(hands.self());
    try {
      commit(hands, session, hands.upload(session, image));
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      if (isRunning(session)) {
        throw new IllegalStateException("A running session lost what it reads", e);
      }
    }
  }

  private void commit(Hands hands, SnapshotSession session, Written written) {
    try {
      hands.commit(session, written);
    } catch (StoreException.UnknownOutcome e) {
      if (random.nextBoolean()) {
        hands.commit(session, written);
      } else {
        throw e;
      }
    }
  }

  private Optional<Entry> any(Predicate<Entry> wanted) {
    List<Entry> entries = world.oracle.state().entries().values().stream().filter(wanted).toList();
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(entries.get(random.nextInt(entries.size())));
  }

  private void resume(Hands hands) {
    Optional<Entry> running = any(entry -> entry.phase() instanceof Phase.Creating);
    if (running.isPresent()) {
      Entry entry = running.get();
      if (entry.phase() instanceof Phase.Creating creating) {
        owners.computeIfAbsent(creating.session(), _ -> new ArrayList<>()).add(hands.self());
      }
      Image image = world.images.get(entry.label().name());
      if (image == null) {
        throw new IllegalStateException("No image " + entry.label().name());
      }
      try {
        hands.resume(entry.snapshot(), image);
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        if (world
            .oracle
            .state()
            .find(entry.snapshot())
            .filter(now -> now.phase() instanceof Phase.Creating)
            .isPresent()) {
          throw new IllegalStateException("A resumed session lost what it reads", e);
        }
      }
    }
  }

  private void delete(Hands hands) {
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      Optional<Entry> entry = any(_ -> true);
      if (entry.isPresent()) {
        SnapshotId id = entry.get().snapshot();
        try {
          switch (random.nextInt(7)) {
            case 0, 1 -> hands.delete(id, Snapshots.Deletion.TO_TRASH);
            case 2, 3 -> hands.delete(id, Snapshots.Deletion.NOW);
            case 4 -> hands.undelete(id);
            case 5 -> hands.purge(id);
            default -> hands.abort(id);
          }
        } catch (Refused e) {
          world.note(hands.self() + ": refused: " + e.getMessage());
        }
      }
    }
  }

  private void hold(Hands hands) {
    Optional<Entry> entry = any(each -> each.content().isPresent());
    if (entry.isPresent()) {
      hands.hold(entry.get().snapshot());
      if (random.nextInt(3) > 0) {
        hands.release(entry.get().snapshot());
      }
    }
  }

  private void read(Hands hands) {
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      Optional<Entry> entry = any(each -> each.phase() instanceof Phase.Ready);
      if (entry.isPresent()) {
        try {
          hands.read(
              entry.get().snapshot(),
              random.nextBoolean() ? TinyReader.Manner.HELD : TinyReader.Manner.BARE);
        } catch (Refused e) {
          world.note(hands.self() + ": refused: " + e.getMessage());
        }
      }
    }
  }

  private void keepUp(Hands hands) {
    boolean wrongGuess = random.nextInt(10) == 0;
    List<Upkeep.Due> due =
        hands.planUpkeep(
            creating ->
                wrongGuess
                    || owners.getOrDefault(creating.session(), List.of()).stream()
                        .allMatch(Actor::isOver));
    hands.applyUpkeep(due);
  }

  private void collect(Hands hands) {
    Collector.Planned planned = hands.planCollection();
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      hands.applyCollection(planned);
    }
  }

  // ---------------------------------------------------------------------------------------- rest

  private void comeToRest() {
    world.note("all are over");
    for (Network.Message message : world.network.messages()) {
      if (random.nextBoolean()) {
        world.land(message);
      }
      check();
    }
    checkSnapshots();
    world.pass(Hands.silence());
    upkeep();
    if (any(entry -> entry.phase() instanceof Phase.Creating).isPresent()) {
      throw new Violated("I4: a silent session is not aborted");
    }
    collect();
    checkNothingIsLeftBut(world.oracle.needed());
    checkSnapshots();
    createOneMore();
    deleteAll();
    for (Network.Message message : world.network.messages()) {
      world.land(message);
    }
    upkeep();
    collect();
    checkNothingIsLeftBut(Set.of());
    checkFold();
    checkRequests();
    checkIndex();
    check();
  }

  /// What one key or one due time asks for is asked for once.
  private void checkRequests() {
    Map<Schedule, SnapshotId> due = new HashMap<>();
    Map<String, SnapshotId> named = new HashMap<>();
    Journal<VolumeEvent, VolumeState> journal = world.bare.journal(world.volume);
    for (Journal.Numbered<VolumeEvent> event : journal.events(1, journal.newestNumber())) {
      if (event.event() instanceof VolumeEvent.Requested requested) {
        SnapshotId id = requested.snapshot();
        SnapshotId other =
            requested.schedule().isPresent()
                ? due.put(requested.schedule().get(), id)
                : named.put(requested.label().name(), id);
        if (other != null) {
          throw new Violated("I7: " + requested.label().name() + " is " + other + " and " + id);
        }
      }
    }
  }

  /// Whatever a dead process left out of index and inbox, two sweeps a day apart make good.
  private void checkIndex() {
    IndexSweep sweep = new IndexSweep(world.bare);
    IndexSweep.Result _ = sweep.run();
    checkInbox();
    world.pass(Duration.ofHours(25));
    upkeep();
    IndexSweep.Result again = sweep.run();
    checkInbox();
    if (!again.skipped().isEmpty()) {
      throw new Violated("I8: skipped: " + again.skipped());
    }
    VolumeState state = world.oracle.state();
    Map<SnapshotId, String> wanted = new TreeMap<>(Comparator.comparing(SnapshotId::text));
    state.entries().values().forEach(entry -> wanted.put(entry.snapshot(), entry.phase().word()));
    Map<SnapshotId, String> listed = new TreeMap<>(Comparator.comparing(SnapshotId::text));
    IndexReader index = new IndexReader(world.memory);
    SnapshotQuery all =
        new SnapshotQuery(
            Optional.empty(),
            Set.of("REQUESTED", "CREATING", "READY", "TRASHED", "FAILED"),
            Optional.empty(),
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty());
    index
        .page(all, Optional.empty(), 1000)
        .rows()
        .forEach(row -> listed.put(row.entry().snapshot(), row.entry().phase().word()));
    if (!listed.equals(wanted)) {
      throw new Violated("I8: the index has " + listed + ", the journal " + wanted);
    }
    long ready =
        state.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .count();
    if (index.usage(world.volume).snapshots() != ready) {
      throw new Violated(
          "I8: the index counts " + index.usage(world.volume) + ", the journal " + ready);
    }
  }

  private void checkInbox() {
    Set<Marker> markers = Set.copyOf(new Inbox(world.bare, world.host.id()).list());
    Set<Marker> waiting = new HashSet<>();
    for (Entry entry : world.oracle.state().entries().values()) {
      if (entry.phase() instanceof Phase.Requested) {
        waiting.add(new Marker.ForSnapshot(world.volume, entry.snapshot()));
      }
    }
    if (!markers.equals(waiting)) {
      throw new Violated("I8: the inbox has " + markers + ", the journal " + waiting);
    }
  }

  private void checkFold() {
    world
        .bare
        .journal(world.volume)
        .foldAll(
            new Journal.FoldListener() {
              @Override
              public void folded(EventHeader header, Optional<String> ignored) {
                ignored.ifPresent(
                    reason -> {
                      throw new Violated("I5: event " + header.number() + ": " + reason);
                    });
              }

              @Override
              public void disagrees(EventHeader header) {
                throw new Violated("I5: the state in event " + header.number() + " is wrong");
              }
            });
  }

  private void checkSnapshots() {
    for (Entry entry : world.oracle.state().entries().values()) {
      entry
          .content()
          .ifPresent(
              content -> {
                Image image = world.images.get(entry.label().name());
                if (image == null) {
                  throw new Violated("No image " + entry.label().name());
                }
                world
                    .oracle
                    .compare("I1: " + entry.snapshot(), content.root(), image)
                    .ifPresent(
                        what -> {
                          throw new Violated(what);
                        });
              });
    }
    check();
  }

  private void upkeep() {
    Upkeep upkeep = new Upkeep(world.bare, Upkeep.TRASH_WINDOW, _ -> false);
    upkeep.apply(upkeep.plan(world.volume));
    check();
  }

  private void collect() {
    try (TinyAgent agent = new TinyAgent(world.bare, world.habit)) {
      Collector collector = new Collector(world.bare, agent.nodes());
      collector.apply(collector.plan(world.volume));
    }
    check();
  }

  private void checkNothingIsLeftBut(Set<String> needed) {
    for (String folder : List.of(ObjectKeys.packs(world.volume), ObjectKeys.beats(world.volume))) {
      List<String> left =
          world.memory.list(folder, "", 1000).entries().stream()
              .map(Listing.Entry::key)
              .filter(key -> !needed.contains(key))
              .toList();
      if (!left.isEmpty()) {
        throw new Violated("I4: left after collection: " + left);
      }
    }
  }

  private void createOneMore() {
    Image image = nextImage();
    try (TinyAgent agent = new TinyAgent(world.bare, world.habit)) {
      agent.create(world.volume, image, SnapshotSession.ParentChoice.newest());
    }
    checkSnapshots();
  }

  private void deleteAll() {
    Snapshots snapshots = new Snapshots(world.bare);
    for (Hold hold : List.copyOf(world.oracle.state().holds().values())) {
      snapshots.release(world.volume, hold.number(), "at the end");
    }
    for (Entry entry : List.copyOf(world.oracle.state().entries().values())) {
      if (entry.content().isPresent()) {
        snapshots.delete(List.of(snapshots.find(entry.snapshot())), Snapshots.Deletion.NOW);
      }
    }
    check();
  }
}
