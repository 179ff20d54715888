package io.tidemark.repository.session;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The beats of one session or hold: written at most once a minute, newest first, for liveness
/// only.
public final class Beats {
  /// How far apart beats are.
  public static final Duration INTERVAL = Duration.ofMinutes(1);

  /// After this long without a beat anyone may end a session or a hold. Fifteen missed beats: far
  /// more than a busy store or a suspended host of minutes takes; a wrong guess costs one snapshot.
  public static final Duration SILENCE = Duration.ofMinutes(15);

  private static final int LISTED_AT_ONCE = 4;

  private final Repository repository;
  private final VolumeId volume;
  private final long number;
  private long next;

  /// @param number of the session or hold
  public Beats(Repository repository, VolumeId volume, long number) {
    this.repository = repository;
    this.volume = volume;
    this.number = number;
  }

  /// Writes the next beat. A number that an older incarnation took is skipped.
  public synchronized void write(Beat beat) {
    byte[] bytes = BeatCodec.encode(beat);
    if (next == 0) {
      next = newest().map(entry -> count(entry.key()) + 1).orElse(1L);
    }
    PutOutcome outcome;
    do {
      String key = ObjectKeys.beat(volume, number, next++);
      outcome = repository.store().createIfAbsent(key, ByteBuffer.wrap(bytes));
    } while (outcome == PutOutcome.ALREADY_EXISTS);
  }

  /// The newest beat; empty when there is none.
  public Optional<Beat> read() {
    Optional<Listing.Entry> entry = newest();
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    String key = entry.get().key();
    try {
      return Optional.of(BeatCodec.decode(repository.store().get(key)));
    } catch (StoreException.Missing e) {
      return Optional.empty();
    } catch (MalformedException e) {
      throw e.at(key, "a beat", Remedy.WAIT);
    }
  }

  /// Whether there is any beat, sound or not.
  public boolean isAny() {
    return newest().isPresent();
  }

  /// How long ago, by the store's clock alone, the newest beat or else event `number` was written.
  public Duration silence() {
    Listing listing = beats();
    Optional<Listing.Entry> newest =
        listing.entries().stream().filter(entry -> isBeat(entry.key())).findFirst();
    if (newest.isEmpty()) {
      return repository.journal(volume).age(number);
    }
    return Duration.between(
        newest.get().lastModified(), listing.storeTime().truncatedTo(ChronoUnit.SECONDS));
  }

  private Optional<Listing.Entry> newest() {
    return beats().entries().stream().filter(entry -> isBeat(entry.key())).findFirst();
  }

  private Listing beats() {
    return repository.store().list(ObjectKeys.beats(volume, number), "", LISTED_AT_ONCE);
  }

  /// Some servers show files that they are still writing.
  private static boolean isBeat(String key) {
    try {
      return count(key) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static long count(String key) {
    return ObjectKeys.ascending(ObjectKeys.name(key));
  }
}
