package io.tidemark.repository.journal;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The events of one journal as they lie in the store, each under its number.
final class StoredEvents<E, S> {
  /// What it means that one of the newest events, from which the state is read, is not there.
  static final String STOPPED = "Nothing is changed or collected until it is";

  /// What it means for the fold of all events: the state rides in the newest ones.
  static final String UNCHECKED =
      "What came before and after it cannot be compared until it is; as long as the newest events"
          + " are sound, all else goes on";

  /// What it means that nobody can tell how old an event is.
  static final String UNDATED = "Nothing of this volume is collected until it is";

  /// One event is wanted; a few names that are none cost no second request.
  private static final int LISTED_AT_ONCE = 4;

  private final ObjectStore store;
  private final String folder;
  private final EventCodec<E, S> codec;

  /// @param folder the key of the journal's folder, with its trailing slash
  StoredEvents(ObjectStore store, String folder, EventCodec<E, S> codec) {
    this.store = store;
    this.folder = folder;
    this.codec = codec;
  }

  /// The newest events; none when nothing has happened yet. One request.
  Found newest() {
    return find("");
  }

  /// The newest event's number; 0 when there is none. One request.
  long newestNumber() {
    return find("").events().stream().findFirst().map(StoredEvents::number).orElse(0L);
  }

  /// How long ago, by the store's clock alone, event `number` was created.
  Duration age(long number) {
    Created created = created(number);
    return Duration.between(created.at(), created.storeTime().truncatedTo(ChronoUnit.SECONDS));
  }

  /// When, by the store's clock, event `number` was created. One request.
  Instant createdAt(long number) {
    return created(number).at();
  }

  private record Created(Instant at, Instant storeTime) {}

  private Created created(long number) {
    Found found = find(number == Long.MAX_VALUE ? "" : key(number + 1));
    Listing.Entry entry =
        found.events().stream()
            .findFirst()
            .filter(first -> number(first) == number)
            .orElseThrow(() -> gap(number, UNDATED));
    return new Created(entry.lastModified(), found.storeTime());
  }

  /// The first events of a LIST, the newest first.
  record Found(List<Listing.Entry> events, Instant storeTime) {}

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

  /// @param meaning of its not being there, for people
  byte[] load(long number, String meaning) {
    try {
      return store.get(key(number));
    } catch (StoreException.Missing e) {
      StoreException gap = gap(number, meaning);
      gap.addSuppressed(e);
      throw gap;
    }
  }

  Envelope<E, S> decode(long number, byte[] bytes, String meaning) {
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

  /// Where event `number` lies.
  String key(long number) {
    return folder + ObjectKeys.descending(number);
  }

  /// The number of a listed event.
  static long number(Listing.Entry entry) {
    return ObjectKeys.ascending(ObjectKeys.name(entry.key()));
  }
}
