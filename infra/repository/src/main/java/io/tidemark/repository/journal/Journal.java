package io.tidemark.repository.journal;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.journal.EventHeader.Critical;
import io.tidemark.repository.journal.Recorded.Standing;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One journal in the store: numbered events under one folder, read by at most four requests, and
/// changed by creating the next number (design: read, decide, create; losing the number means to
/// read and decide again).
public final class Journal<E, S> {
  /// Who writes, and with what clock and chance.
  ///
  /// @param actor named in every event
  /// @param clock informs people only
  /// @param betweenNumbers how often, and after what wait, a number that another writer won is
  ///   followed by an attempt at the next; jittered, or those who lost together lose together again
  public record Writer(
      String actor,
      InstantSource clock,
      RandomGenerator random,
      SettledCreate creates,
      Backoff betweenNumbers) {
    /// The same for somebody else.
    public Writer actingAs(String other) {
      return new Writer(other, clock, random, creates, betweenNumbers);
    }
  }

  /// What it means that one of the newest events, from which the state is read, is not there.
  private static final String STOPPED = "Nothing is changed or collected until it is";

  /// What it means for the fold of all events: the state rides in the newest ones.
  private static final String UNCHECKED =
      "What came before and after it cannot be compared until it is; as long as the newest events"
          + " are sound, all else goes on";

  /// What it means that nobody can tell how old an event is.
  private static final String UNDATED = "Nothing of this volume is collected until it is";

  /// Hears of everything that is read and appended through a journal.
  public interface Observer<E, S> {
    /// The newest state was read.
    void read(Reading<E, S> reading);

    /// An event was appended; whoever asked for it hears of it afterwards.
    ///
    /// @param before on which it was decided
    /// @param after the state after it
    void appended(Reading<E, S> before, long number, E event, S after);

    /// Cares for nothing.
    static <E, S> Observer<E, S> none() {
      return new Observer<>() {
        @Override
        public void read(Reading<E, S> reading) {}

        @Override
        public void appended(Reading<E, S> before, long number, E event, S after) {}
      };
    }
  }

  /// A ridden state that was read and whose event had the hash that others name: it never changes.
  private record Base<S>(long number, String hash, S state) {}

  /// One event is wanted; a few names that are none cost no second request.
  private static final int LISTED_AT_ONCE = 4;

  private final ObjectStore store;
  private final String folder;
  private final Fold<E, S> fold;
  private final EventCodec<E, S> codec;
  private final Writer writer;
  private final Observer<E, S> observer;
  private final AtomicReference<@Nullable Base<S>> known = new AtomicReference<>();

  /// @param folder the key of the journal's folder, with its trailing slash
  public Journal(
      ObjectStore store, String folder, Fold<E, S> fold, BodyCodec<E, S> bodies, Writer writer) {
    this(store, folder, fold, bodies, writer, Observer.none());
  }

  /// The same, with somebody to be told.
  public Journal(
      ObjectStore store,
      String folder,
      Fold<E, S> fold,
      BodyCodec<E, S> bodies,
      Writer writer,
      Observer<E, S> observer) {
    this.observer = observer;
    this.store = store;
    this.folder = folder;
    this.fold = fold;
    this.codec = new EventCodec<>(bodies);
    this.writer = writer;
  }

  /// The state after the newest event.
  ///
  /// @throws StoreException.Corrupt when the newest events are not readable or not contiguous
  /// @throws StoreException.FormatTooNew when a newer Tidemark is needed
  public Reading<E, S> read() {
    known.set(null);
    return readAgain();
  }

  /// The same, but for a ridden state that this has read before: what has its hash is the same.
  private Reading<E, S> readAgain() {
    Reading<E, S> reading = readNewest();
    observer.read(reading);
    return reading;
  }

  private Reading<E, S> readNewest() {
    Found found = find("");
    if (found.events().isEmpty()) {
      return new Reading<>(
          0, "", fold.empty(), new Since<>(0, "", List.of()), found.storeTime(), found.storeTime());
    }
    Listing.Entry newest = found.events().getFirst();
    Reading<E, S> reading = readAt(number(newest), found.storeTime());
    return new Reading<>(
        reading.number(),
        reading.hash(),
        reading.state(),
        reading.since(),
        found.storeTime(),
        newest.lastModified());
  }

  /// The newest event's number; 0 when there is none. One request.
  public long newestNumber() {
    return find("").events().stream().findFirst().map(Journal::number).orElse(0L);
  }

  /// How long ago, by the store's clock alone, event `number` was created.
  public Duration age(long number) {
    Found found = find(number == Long.MAX_VALUE ? "" : key(number + 1));
    Listing.Entry entry =
        found.events().stream()
            .findFirst()
            .filter(first -> number(first) == number)
            .orElseThrow(() -> gap(number, UNDATED));
    return Duration.between(
        entry.lastModified(), found.storeTime().truncatedTo(ChronoUnit.SECONDS));
  }

  /// The first events of a LIST, the newest first.
  private record Found(List<Listing.Entry> events, Instant storeTime) {}

  /// Lists after `startAfter`. What is not named like an event is none: some servers show files
  /// that they are still writing, or have never finished, under a name that begins with the key's.
  private Found find(String startAfter) {
    String after = startAfter;
    Listing listing;
    do {
      listing = store.list(folder, after, LISTED_AT_ONCE);
      List<Listing.Entry> events =
          listing.entries().stream().filter(entry -> isEvent(entry.key())).toList();
      if (!events.isEmpty() || listing.entries().isEmpty()) {
        return new Found(events, listing.storeTime());
      }
      after = listing.entries().getLast().key();
    } while (listing.truncated());
    return new Found(List.of(), listing.storeTime());
  }

  private static boolean isEvent(String key) {
    try {
      return ObjectKeys.ascending(ObjectKeys.name(key)) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Appends what `decision` decides on the newest state. Where another writer wins the number, it
  /// waits, reads and decides again, for as long as the writer's back-off allows.
  ///
  /// @throws StoreException.Unavailable when others won every number until the back-off ended
  /// @throws StoreException.UnknownOutcome when nobody can say whether the event was appended
  /// @throws IllegalEventException when the event decided on is not legal where it would stand
  public <R> Appended<S, R> append(Decision<E, S, R> decision) {
    return append(readAgain(), decision);
  }

  /// The same, with the first decision made on a reading that the caller has at hand; an old one
  /// only costs an attempt.
  public <R> Appended<S, R> append(Reading<E, S> first, Decision<E, S, R> decision) {
    Reading<E, S> reading = first;
    Backoff.Attempts attempts = writer.betweenNumbers().start();
    for (int lost = 1; ; lost++) {
      switch (decision.decide(reading)) {
        case Decision.Choice.Leave<E, R>(R answer) -> {
          return new Appended.Left<>(answer);
        }
        case Decision.Choice.Append<E, R>(E event) -> {
          EventHeader header = header(reading, event);
          S after =
              switch (fold.apply(reading.state(), header, event)) {
                case Transition.Legal<S>(S state) -> state;
                case Transition.Illegal<S>(String reason) ->
                    throw new IllegalEventException(folder, header.type(), reason);
              };
          byte[] bytes = codec.encode(header, event, after, reading.since());
          if (create(header, bytes) == Settled.OURS) {
            observer.appended(reading, header.number(), event, after);
            return new Appended.Event<>(header.number(), header.at(), after);
          }
          if (!attempts.pause()) {
            throw outrun(lost);
          }
          reading = readAgain();
        }
      }
    }
  }

  /// The events `from` to `to` as far as each names the one before it, in order. A request an
  /// event, and one for the event before them.
  ///
  /// @return those of types that this code knows
  public List<Numbered<E>> events(long from, long to) {
    List<Numbered<E>> events = new ArrayList<>();
    String previous = from > 1 && from <= to ? EventCodec.hash(load(from - 1, STOPPED)) : "";
    for (long number = from; number <= to; number++) {
      byte[] bytes = load(number, STOPPED);
      Envelope<E, S> envelope = decode(number, bytes, STOPPED);
      if (envelope.header().previous().equals(previous) && envelope.event().isPresent()) {
        events.add(new Numbered<>(number, envelope.event().get()));
      }
      previous = EventCodec.hash(bytes);
    }
    return events;
  }

  /// An event and its number.
  public record Numbered<E>(long number, E event) {}

  /// Folds every event from number 1 on, as the definition has it.
  ///
  /// @param listener told of each event in order
  /// @return the state after the last event
  public S foldAll(FoldListener listener) {
    long newest = newestNumber();
    S state = fold.empty();
    String previous = "";
    for (long number = 1; number <= newest; number++) {
      byte[] bytes = load(number, UNCHECKED);
      Envelope<E, S> envelope = decode(number, bytes, UNCHECKED);
      Optional<String> ignored = Optional.empty();
      boolean linked = envelope.header().previous().equals(previous);
      if (!linked) {
        ignored = Optional.of("it does not name the event before it");
      } else if (envelope.event().isPresent()) {
        switch (fold.apply(state, envelope.header(), envelope.event().get())) {
          case Transition.Legal<S>(S after) -> state = after;
          case Transition.Illegal<S>(String reason) -> ignored = Optional.of(reason);
        }
      }
      listener.folded(envelope.header(), ignored);
      if (linked && envelope.state().isPresent() && !same(envelope.state().get(), state)) {
        listener.disagrees(envelope.header());
      }
      previous = EventCodec.hash(bytes);
    }
    return state;
  }

  /// Hears what [#foldAll] meets.
  public interface FoldListener {
    /// An event was folded.
    ///
    /// @param ignored why it changed nothing, where it did not
    void folded(EventHeader header, Optional<String> ignored);

    /// The state that rides in an event is not what the events up to it make.
    void disagrees(EventHeader header);
  }

  /// Resolves the state after event `newest`: void events at the end change nothing, the last
  /// linked one carries the state or tells from where it is computed.
  private Reading<E, S> readAt(long newest, Instant storeTime) {
    byte[] bytes = load(newest, STOPPED);
    String newestHash = EventCodec.hash(bytes);
    Envelope<E, S> envelope = decode(newest, bytes, STOPPED);
    List<Recorded<E>> trailing = new ArrayList<>();
    long number = newest;
    while (true) {
      byte[] before = number > 1 ? load(number - 1, STOPPED) : new byte[0];
      String previous = number > 1 ? EventCodec.hash(before) : "";
      if (envelope.header().previous().equals(previous)) {
        break;
      }
      trailing.addFirst(recorded(envelope, Standing.VOID));
      number--;
      if (number == 0) {
        return reading(newest, newestHash, fold.empty(), 0, "", trailing, storeTime);
      }
      bytes = before;
      envelope = decode(number, bytes, STOPPED);
    }
    if (envelope.state().isPresent()) {
      S state = envelope.state().get();
      return reading(
          newest, newestHash, state, number, EventCodec.hash(bytes), trailing, storeTime);
    }
    Since<E> since = envelope.since().orElseThrow();
    S state = stateOf(since, number);
    List<Recorded<E>> passed = new ArrayList<>(since.events());
    passed.add(recorded(envelope, Standing.LINKED));
    for (Recorded<E> event : passed) {
      state = applied(state, event);
    }
    passed.addAll(trailing);
    return reading(newest, newestHash, state, since.number(), since.hash(), passed, storeTime);
  }

  private S stateOf(Since<E> since, long number) {
    if (since.number() == 0) {
      return fold.empty();
    }
    Base<S> base = known.get();
    if (base != null && base.number() == since.number() && base.hash().equals(since.hash())) {
      return base.state();
    }
    S state = loadBase(since, number);
    known.set(new Base<>(since.number(), since.hash(), state));
    return state;
  }

  private S loadBase(Since<E> since, long number) {
    byte[] bytes = load(since.number(), STOPPED);
    if (!EventCodec.hash(bytes).equals(since.hash())) {
      throw new StoreException.Corrupt(
          key(since.number()),
          "Event "
              + key(since.number())
              + " is not the one that event "
              + number
              + " was computed from. Run 'tidemark repository check'.");
    }
    return decode(since.number(), bytes, STOPPED)
        .state()
        .orElseThrow(
            () ->
                new StoreException.Corrupt(
                    key(since.number()),
                    "Event "
                        + key(since.number())
                        + " carries no state, though event "
                        + number
                        + " counts on it. Run 'tidemark repository check'."));
  }

  private S applied(S state, Recorded<E> event) {
    if (event.standing() == Standing.VOID || event.event().isEmpty()) {
      return state;
    }
    return switch (fold.apply(state, event.header(), event.event().get())) {
      case Transition.Legal<S>(S after) -> after;
      case Transition.Illegal<S>(String _) -> state;
    };
  }

  private Reading<E, S> reading(
      long number,
      String hash,
      S state,
      long base,
      String baseHash,
      List<Recorded<E>> passed,
      Instant storeTime) {
    return new Reading<>(
        number, hash, state, new Since<>(base, baseHash, passed), storeTime, storeTime);
  }

  private static <E, S> Recorded<E> recorded(Envelope<E, S> envelope, Standing standing) {
    return new Recorded<>(envelope.header(), envelope.event(), standing, envelope.json());
  }

  private EventHeader header(Reading<E, S> reading, E event) {
    return new EventHeader(
        reading.number() + 1,
        reading.hash(),
        CommitId.random(writer.random()),
        writer.clock().instant().truncatedTo(ChronoUnit.MILLIS),
        writer.actor(),
        codec.type(event),
        Critical.YES);
  }

  private Settled create(EventHeader header, byte[] bytes) {
    return writer
        .creates()
        .create(
            key(header.number()),
            ByteBuffer.wrap(bytes),
            (from, key) ->
                decode(header.number(), from.get(key), STOPPED)
                    .header()
                    .commitId()
                    .equals(header.commitId()));
  }

  /// @param meaning of its not being there, for people
  private byte[] load(long number, String meaning) {
    try {
      return store.get(key(number));
    } catch (StoreException.Missing e) {
      StoreException gap = gap(number, meaning);
      gap.addSuppressed(e);
      throw gap;
    }
  }

  private Envelope<E, S> decode(long number, byte[] bytes, String meaning) {
    String key = key(number);
    try {
      Envelope<E, S> envelope = codec.decode(bytes);
      if (envelope.header().number() != number) {
        throw new MalformedException("it says it is number " + envelope.header().number());
      }
      return envelope;
    } catch (NewerFormatException e) {
      throw new StoreException.FormatTooNew(
          key,
          "Event " + key + " needs a newer Tidemark: " + e.getMessage() + ". Update Tidemark.",
          e);
    } catch (MalformedException e) {
      throw new StoreException.Corrupt(
          key,
          "Event "
              + key
              + " is not readable: "
              + e.getMessage()
              + ". "
              + meaning
              + "; restore the object from a copy of the bucket.",
          e);
    }
  }

  private boolean same(S first, S second) {
    return Arrays.equals(codec.encodeState(first), codec.encodeState(second));
  }

  private StoreException outrun(int lost) {
    return new StoreException.Unavailable(
        folder,
        "Lost "
            + lost
            + " numbers in a row of the journal "
            + folder
            + " to other writers; nothing was changed. Try again.",
        null);
  }

  private StoreException gap(long number, String meaning) {
    return new StoreException.Corrupt(
        key(number),
        "The journal "
            + folder
            + " has no event "
            + number
            + " though later ones are there. "
            + meaning
            + "; restore "
            + key(number)
            + " from a copy of the bucket.");
  }

  private String key(long number) {
    return folder + ObjectKeys.descending(number);
  }

  private static long number(Listing.Entry entry) {
    return ObjectKeys.ascending(ObjectKeys.name(entry.key()));
  }
}
