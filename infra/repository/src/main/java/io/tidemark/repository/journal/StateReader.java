package io.tidemark.repository.journal;

import io.tidemark.repository.journal.Recorded.Standing;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Finds the state of a journal after its newest event, from that event, the one before it and, for
/// a big state, the one that carries it.
final class StateReader<E, S> {
  /// A ridden state that was read and whose event had the hash that others name: it never changes.
  private record Base<S>(long number, String hash, S state) {}

  private final StoredEvents<E, S> events;
  private final Fold<E, S> fold;
  private final AtomicReference<@Nullable Base<S>> known = new AtomicReference<>();

  StateReader(StoredEvents<E, S> events, Fold<E, S> fold) {
    this.events = events;
    this.fold = fold;
  }

  /// Forgets the ridden state that was read last, so that it is read anew.
  void forget() {
    known.set(null);
  }

  /// The state after the newest event.
  Reading<E, S> read() {
    StoredEvents.Found found = events.newest();
    if (found.events().isEmpty()) {
      return new Reading<>(
          0, "", fold.empty(), new Since<>(0, "", List.of()), found.storeTime(), found.storeTime());
    }
    Listing.Entry newest = found.events().getFirst();
    Reading<E, S> reading = readAt(StoredEvents.number(newest), found.storeTime());
    return new Reading<>(
        reading.number(),
        reading.hash(),
        reading.state(),
        reading.since(),
        found.storeTime(),
        newest.lastModified());
  }

  /// Resolves the state after event `newest`: void events at the end change nothing, the last
  /// linked one carries the state or tells from where it is computed.
  private Reading<E, S> readAt(long newest, Instant storeTime) {
    byte[] bytes = events.load(newest, StoredEvents.STOPPED);
    String newestHash = EventCodec.hash(bytes);
    Envelope<E, S> envelope = events.decode(newest, bytes, StoredEvents.STOPPED);
    List<Recorded<E>> trailing = new ArrayList<>();
    long number = newest;
    while (true) {
      byte[] before = number > 1 ? events.load(number - 1, StoredEvents.STOPPED) : new byte[0];
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
      envelope = events.decode(number, bytes, StoredEvents.STOPPED);
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
    byte[] bytes = events.load(since.number(), StoredEvents.STOPPED);
    if (!EventCodec.hash(bytes).equals(since.hash())) {
      throw new StoreException.Corrupt(
          events.key(since.number()),
          "Event "
              + events.key(since.number())
              + " is not the one that event "
              + number
              + " was computed from. Run 'tidemark repository check'.");
    }
    return events
        .decode(since.number(), bytes, StoredEvents.STOPPED)
        .state()
        .orElseThrow(
            () ->
                new StoreException.Corrupt(
                    events.key(since.number()),
                    "Event "
                        + events.key(since.number())
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
}
