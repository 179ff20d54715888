package io.tidemark.repository.journal;

import io.tidemark.repository.journal.EventHeader.Critical;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.store.Backoff;
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
import java.util.random.RandomGenerator;

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

  private final String folder;
  private final Fold<E, S> fold;
  private final EventCodec<E, S> codec;
  private final StoredEvents<E, S> stored;
  private final StateReader<E, S> states;
  private final Writer writer;
  private final Observer<E, S> observer;

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
    this.folder = folder;
    this.fold = fold;
    this.codec = new EventCodec<>(bodies);
    this.stored = new StoredEvents<>(store, folder, codec);
    this.states = new StateReader<>(stored, fold);
    this.writer = writer;
  }

  /// The state after the newest event.
  ///
  /// @throws StoreException.Corrupt when the newest events are not readable or not contiguous
  /// @throws StoreException.FormatTooNew when a newer Tidemark is needed
  public Reading<E, S> read() {
    states.forget();
    return readAgain();
  }

  /// The same, but for a ridden state that this has read before: what has its hash is the same.
  private Reading<E, S> readAgain() {
    Reading<E, S> reading = states.read();
    observer.read(reading);
    return reading;
  }

  /// The newest event's number; 0 when there is none. One request.
  public long newestNumber() {
    return stored.newestNumber();
  }

  /// How long ago, by the store's clock alone, event `number` was created.
  public Duration age(long number) {
    return stored.age(number);
  }

  /// When, by the store's clock, event `number` was created. One request.
  ///
  /// @throws StoreException.Corrupt when it is not there
  public Instant createdAt(long number) {
    return stored.createdAt(number);
  }

  /// What event `number` says of itself, for people: by whom it is, and of when. Whether it counts
  /// is not looked at. One request.
  ///
  /// @throws StoreException.Corrupt when it is not there or not readable
  public EventHeader header(long number) {
    return stored
        .decode(number, stored.load(number, StoredEvents.UNCHECKED), StoredEvents.UNCHECKED)
        .header();
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
    String previous =
        from > 1 && from <= to ? EventCodec.hash(stored.load(from - 1, StoredEvents.STOPPED)) : "";
    for (long number = from; number <= to; number++) {
      byte[] bytes = stored.load(number, StoredEvents.STOPPED);
      Envelope<E, S> envelope = stored.decode(number, bytes, StoredEvents.STOPPED);
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
      byte[] bytes = stored.load(number, StoredEvents.UNCHECKED);
      Envelope<E, S> envelope = stored.decode(number, bytes, StoredEvents.UNCHECKED);
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
            stored.key(header.number()),
            ByteBuffer.wrap(bytes),
            (from, key) ->
                stored
                    .decode(header.number(), from.get(key), StoredEvents.STOPPED)
                    .header()
                    .commitId()
                    .equals(header.commitId()));
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
}
