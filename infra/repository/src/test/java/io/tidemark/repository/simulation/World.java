package io.tidemark.repository.simulation;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.EventCodec;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A store, a clock, a network, one volume, and the processes that work on it.
final class World implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  final StepClock clock = new StepClock();
  final MemoryObjectStore memory = new MemoryObjectStore(clock);
  final RandomGenerator random;
  final Map<String, Image> images = new HashMap<>();
  final Network network;
  final NamedVolume named;
  final VolumeId volume;

  /// Whose agent serves the volume.
  final Host host;

  /// Wants a snapshot of the volume each hour.
  final Policy policy;

  final Oracle oracle;

  /// Over the bare store: what it does is not stopped, and watched all the same.
  final Repository bare;

  private final ObjectStore watched;
  private final List<Actor> actors = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final Map<Actor, Request> requests = new HashMap<>();
  private final Set<String> failed = new HashSet<>();

  /// What a process was asked for: the journal events that it sent for it, by their hash.
  private static final class Request {
    final String what;
    final Set<String> sent = new HashSet<>();

    Request(String what) {
      this.what = what;
    }
  }

  /// How many chunks the agents put into a pack, and whether they begin with the last one.
  TinyAgent.Habit habit = TinyAgent.Habit.PLAIN;

  World(long seed) {
    random = new SplittableRandom(seed);
    watched = new WatchedObjectStore(memory, this::created, this::deleted);
    network = new Network(watched, this::sent);
    bare = repository(watched, "bare");
    named = new Volumes(bare).add(new VolumeName("disk"), "host", "/disk.img", Image.CHUNK_SIZE);
    volume = named.id();
    host = new Hosts(bare).register(named.host(), List.of(), Optional.empty());
    policy = new Policies(bare).create(hourly(volume));
    oracle = new Oracle(repository(memory, "oracle"), volume, images);
    oracle.created(ObjectKeys.journal(volume) + ObjectKeys.descending(1));
  }

  private static Policies.Terms hourly(VolumeId volume) {
    return new Policies.Terms(
        "hourly",
        List.of("0 * * * *"),
        "UTC",
        new VolumeSelector(List.of(volume), new TreeMap<>()),
        Policy.Missed.ONCE,
        Duration.ofMinutes(10),
        Retention.ALL,
        Policy.Activity.ACTIVE);
  }

  /// Null while this world is made.
  private @Nullable Oracle oracle() {
    return oracle;
  }

  private Repository repository(ObjectStore store, String actor) {
    var writer =
        Writers.writer(store, actor, clock, new SplittableRandom(random.nextLong()), ATTEMPTS);
    return memory.list(ObjectKeys.REPOSITORY, "", 1).entries().isEmpty()
        ? Repository.initialise(store, writer, "here")
        : Repository.open(store, writer);
  }

  /// A process's own view of the repository; its clock is off by `skew`.
  Repository repository(Actor actor, Duration skew) {
    ObjectStore store = new GatedObjectStore(watched, actor, network);
    return Repository.open(
        store,
        Writers.writer(
            store,
            actor.name(),
            () -> clock.instant().plus(skew),
            new SplittableRandom(random.nextLong()),
            ATTEMPTS));
  }

  Image image(Image image) {
    images.put(image.name(), image);
    return image;
  }

  /// Adds a process. It runs when it is stepped.
  Actor start(String name, Work work) {
    Repository[] repository = new Repository[1];
    TinyAgent.Habit[] habits = {habit};
    Actor actor =
        new Actor(
            name,
            self -> {
              try (TinyAgent agent = new TinyAgent(repository[0], habits[0])) {
                work.run(new Hands(this, self, repository[0], agent));
              }
            });
    repository[0] = repository(actor, Duration.ofDays(random.nextInt(3) - 1));
    actors.add(actor);
    return actor;
  }

  /// What a process does.
  interface Work {
    void run(Hands hands) throws InterruptedException;
  }

  List<Actor> actors() {
    return actors;
  }

  void step(Actor actor, Verdict verdict) {
    note(actor + ": " + actor.before() + (verdict == Verdict.DONE ? "" : ", " + verdict));
    actor.step(verdict);
    if (actor.failure() != null) {
      note(actor + " ends: " + actor.failure());
    }
  }

  /// Steps a process until it stands before such a call, or is over.
  void until(Actor actor, Predicate<Call> wanted) {
    while (!actor.isOver()) {
      Call before = actor.before();
      if (before != null && wanted.test(before)) {
        return;
      }
      step(actor, Verdict.DONE);
    }
  }

  /// Steps a process to its end; the first calls that fit come to `verdict`.
  void finish(Actor actor, Predicate<Call> spoiled, Verdict verdict) {
    while (!actor.isOver()) {
      Call before = actor.before();
      step(actor, before != null && spoiled.test(before) ? verdict : Verdict.DONE);
    }
  }

  /// Steps a process to its end.
  void finish(Actor actor) {
    finish(actor, _ -> false, Verdict.DONE);
  }

  void land(Network.Message message) {
    note("lands: " + message);
    network.land(message);
  }

  void pass(Duration span) {
    note("time passes: " + span);
    clock.advance(span);
  }

  void note(String what) {
    trace.add(what);
  }

  String trace() {
    int from = Math.max(0, trace.size() - 400);
    return String.join("\n  ", trace.subList(from, trace.size()));
  }

  private void created(String key) {
    Oracle watching = oracle();
    if (watching == null) {
      return;
    }
    if (key.startsWith(ObjectKeys.journal(volume))
        && failed.contains(EventCodec.hash(memory.get(key)))) {
      watching.violated("I5: its caller was told «failed», but " + key + " is in the journal");
    }
    watching.created(key);
  }

  private void deleted(String key) {
    Oracle watching = oracle();
    if (watching != null) {
      watching.deleted(key);
    }
  }

  private void sent(Actor actor, String key, ByteBuffer body) {
    Request request = requests.get(actor);
    if (request != null && key.startsWith(ObjectKeys.journal(volume))) {
      byte[] bytes = new byte[body.remaining()];
      body.get(body.position(), bytes);
      request.sent.add(EventCodec.hash(bytes));
    }
  }

  /// Runs something that appends at most one event, and holds its answer against the journal: what
  /// has failed never takes effect, nothing takes effect twice.
  <T> T request(Actor actor, String what, Supplier<T> body) {
    Request request = new Request(what);
    requests.put(actor, request);
    try {
      T answer = body.get();
      note(actor + ": " + what + ": done");
      return answer;
    } catch (StoreException.UnknownOutcome e) {
      note(actor + ": " + what + ": unknown");
      throw e;
    } catch (StoreException | Refused | SessionEnded | IllegalEventException e) {
      note(actor + ": " + what + ": failed: " + e);
      for (String hash : request.sent) {
        if (oracle.numberOf(hash) != 0) {
          oracle.violated(
              "I5: "
                  + actor
                  + " was told «failed» ("
                  + what
                  + "), but event "
                  + oracle.numberOf(hash)
                  + " is in the journal: "
                  + e);
        }
      }
      failed.addAll(request.sent);
      throw e;
    } finally {
      if (request.sent.stream().filter(hash -> oracle.numberOf(hash) != 0).count() > 1) {
        oracle.violated("I5: a request of " + actor + " took effect twice: " + request.what);
      }
      requests.remove(actor);
    }
  }

  /// What a process ended with that nobody may end with.
  Optional<String> left() {
    return actors.stream()
        .map(Actor::failure)
        .filter(failure -> failure instanceof Error || failure instanceof NullPointerException)
        .map(String::valueOf)
        .findFirst();
  }

  @Override
  public void close() {
    actors.forEach(
        actor -> {
          if (!actor.isOver()) {
            actor.kill();
          }
        });
  }
}
