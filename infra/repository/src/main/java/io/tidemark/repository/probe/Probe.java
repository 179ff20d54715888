package io.tidemark.repository.probe;

import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.RandomDigits;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.StoreException.Corrupt;
import io.tidemark.repository.store.StoreException.Missing;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Tries out on the store itself whether it keeps the promises that the protocol rests on. Needs
/// the right to delete; what it writes lies under `probes/` and is removed.
public final class Probe {
  private static final String SCRATCH = ObjectKeys.PROBES + "scratch/";
  private static final int RACERS = 16;
  private static final int SMALL_BYTES = 200;
  private static final int LARGE_BYTES = 1 << 20;
  private static final int SMALL_RACES = 5;
  private static final int LARGE_RACES = 3;
  private static final int CYCLES = 5;

  /// What a probe that died left behind is removed by a later one once it is so old.
  private static final Duration ABANDONED = Duration.ofHours(1);

  /// An object made during a probe is younger than this; further off, two clocks speak.
  private static final Duration ONE_CLOCK = Duration.ofMinutes(10);

  private final ObjectStore store;
  private final BucketFacts facts;
  private final SettledCreate creates;
  private final RandomGenerator random;
  private final String folder;
  private final Set<String> made = new HashSet<>();

  /// @param facts what the store says about itself, kept in the verdict
  public Probe(ObjectStore store, BucketFacts facts, Backoff backoff, RandomGenerator random) {
    this.store = store;
    this.facts = facts;
    this.creates = new SettledCreate(store, backoff);
    this.random = random;
    this.folder = SCRATCH + RandomDigits.draw(random) + "/";
  }

  /// What was seen instead of what has to be.
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String seen;

    Failed(String seen) {
      super(seen);
      this.seen = seen;
    }
  }

  private interface Check {
    void run() throws Failed;
  }

  /// Tries everything, some 250 requests and up to 50 MiB sent, and keeps the verdict in the
  /// bucket.
  ///
  /// @param progress hears of each finding as it is made
  /// @throws StoreException when the store cannot be reached or refuses the rights: no verdict
  public Verdict run(Consumer<Finding> progress) {
    Instant now = removeAbandoned();
    List<Finding> findings = new ArrayList<>();
    for (Fact fact : Fact.values()) {
      Finding finding = new Finding(fact.token(), failure(fact));
      findings.add(finding);
      progress.accept(finding);
    }
    clean();
    Verdict verdict = new Verdict(now, facts.server(), facts.versioning(), findings);
    new Verdicts(store).append(verdict, CommitId.random(random), creates);
    return verdict;
  }

  private Optional<String> failure(Fact fact) {
    try {
      check(fact).run();
      return Optional.empty();
    } catch (Failed e) {
      return Optional.of(e.seen);
    } catch (Corrupt e) {
      // An answer that no sound store gives.
      return Optional.of(e.getMessage());
    }
  }

  private Check check(Fact fact) {
    return switch (fact) {
      case SECOND_CREATE_REFUSED -> this::secondCreateIsRefused;
      case SMALL_RACE -> () -> oneRacerWins("small", SMALL_RACES, SMALL_BYTES);
      case LARGE_RACE -> () -> oneRacerWins("large", LARGE_RACES, LARGE_BYTES);
      case READ_AFTER_WRITE -> this::readsWhatWasJustDone;
      case LIST_AFTER_WRITE -> this::listsWhatWasJustWritten;
      case LIST_AFTER_DELETE -> this::listsNothingThatWasJustDeleted;
      case LIST_ORDER -> this::listsInOrder;
      case RANGED_READ -> this::readsRanges;
      case ONE_CLOCK -> this::hasOneClock;
    };
  }

  private void secondCreateIsRefused() throws Failed {
    requireRightToDelete();
    String key = folder + "second";
    ByteBuffer first = body(SMALL_BYTES);
    create(key, first);
    for (ByteBuffer again : List.of(body(SMALL_BYTES), first)) {
      PutOutcome outcome = store.createIfAbsent(key, again);
      require(
          outcome == PutOutcome.ALREADY_EXISTS,
          "the second create was answered as done: the store ignores If-None-Match: *");
      require(sameBytes(key, first), "the second create was refused and yet changed the object");
    }
  }

  private void oneRacerWins(String name, int rounds, int bodyBytes) throws Failed {
    for (int round = 0; round < rounds; round++) {
      String key = folder + "race-" + name + "/" + round;
      List<ByteBuffer> bodies = new ArrayList<>();
      ByteBuffer common = body(bodyBytes);
      for (int racer = 0; racer < RACERS; racer++) {
        // Bodies of one length that differ in 16 random bytes: to draw all of them takes longer
        // than to send them.
        ByteBuffer own = ByteBuffer.allocate(bodyBytes).put(common.duplicate()).flip();
        bodies.add(own.putLong(0, random.nextLong()).putLong(8, random.nextLong()));
      }
      made.add(key);
      List<Settled> outcomes = race(key, bodies);
      int winners = Collections.frequency(outcomes, Settled.OURS);
      require(winners == 1, winners + " of " + RACERS + " racing creates were answered as done");
      require(
          sameBytes(key, bodies.get(outcomes.indexOf(Settled.OURS))),
          "the object does not hold the bytes of the create that won");
    }
  }

  private List<Settled> race(String key, List<ByteBuffer> bodies) {
    CyclicBarrier start = new CyclicBarrier(bodies.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Settled>> racers = new ArrayList<>();
      for (ByteBuffer body : bodies) {
        racers.add(
            () -> {
              start.await();
              return creates.create(key, body, OwnershipCheck.sameBytes(body));
            });
      }
      List<Settled> outcomes = new ArrayList<>();
      for (Future<Settled> each : threads.invokeAll(racers)) {
        outcomes.add(each.get());
      }
      return outcomes;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException failure) {
        throw failure;
      }
      throw new IllegalStateException("A racer failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable(key, "The probe was interrupted.", e);
    }
  }

  private void readsWhatWasJustDone() throws Failed {
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      String key = folder + "read/" + cycle;
      // First when it is not there: some stores and proxies remember that for a while.
      require(isMissing(key), "a key that was never written can be read");
      ByteBuffer first = body(SMALL_BYTES);
      create(key, first);
      require(sameBytes(key, first), "a read after a write gave something else");
      delete(key);
      require(isMissing(key), "a read after a delete still gave the object");
      ByteBuffer second = body(SMALL_BYTES);
      create(key, second);
      require(sameBytes(key, second), "a read after delete and create gave something else");
    }
  }

  private void listsWhatWasJustWritten() throws Failed {
    String place = folder + "list-write/";
    List<String> written = new ArrayList<>();
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      String key = place + cycle;
      create(key, body(SMALL_BYTES + cycle));
      written.add(key);
      List<Listing.Entry> entries = store.list(place, "", 1000).entries();
      require(
          entries.stream().map(Listing.Entry::key).toList().equals(written),
          "a LIST after a write lacks it, or shows something else");
      require(
          entries.getLast().sizeBytes() == SMALL_BYTES + cycle,
          "a LIST after a write shows a wrong size");
    }
  }

  private void listsNothingThatWasJustDeleted() throws Failed {
    String place = folder + "list-delete/";
    List<String> standing = new ArrayList<>();
    for (int i = 0; i < 2 * CYCLES; i++) {
      String key = place + i;
      create(key, body(SMALL_BYTES));
      standing.add(key);
    }
    while (!standing.isEmpty()) {
      // One alone, then several at once with one that is not there.
      List<String> gone = new ArrayList<>(standing.subList(0, Math.min(standing.size(), 3)));
      standing.removeAll(gone);
      if (gone.size() > 1) {
        gone.add(place + "none");
      }
      delete(gone.toArray(String[]::new));
      require(
          keys(store.list(place, "", 1000)).equals(standing),
          "a LIST after a delete still shows what was deleted, or lacks something else");
    }
  }

  private void listsInOrder() throws Failed {
    String place = folder + "order/";
    List<String> ordered = new ArrayList<>();
    for (String name :
        List.of("-", ".x", "00", "01", "1", "10", "2", "A", "Z/1", "_", "a", "a-b", "a.b", "aa")) {
      ordered.add(place + name);
    }
    for (int i = 0; i < 6; i++) {
      ordered.add(place + "b/" + ObjectKeys.descending(100 - i));
    }
    List<String> shuffled = new ArrayList<>(ordered);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    for (String key : shuffled) {
      create(key, body(SMALL_BYTES));
    }
    require(keys(store.list(place, "", 1000)).equals(ordered), "one LIST of all was not in order");
    List<String> paged = new ArrayList<>();
    Listing page;
    do {
      page = store.list(place, paged.isEmpty() ? "" : paged.getLast(), 4);
      List<String> keys = keys(page);
      require(
          !(keys.isEmpty() && page.truncated()) && paged.size() + keys.size() <= ordered.size(),
          "a LIST in pages does not come to its end");
      paged.addAll(keys);
    } while (page.truncated());
    require(paged.equals(ordered), "a LIST in pages was not in order, or not complete");
    require(
        keys(store.list(place + "b/", ordered.get(16), 1000)).equals(ordered.subList(17, 20)),
        "a LIST did not start after the key it was told");
  }

  private void readsRanges() throws Failed {
    String key = folder + "range";
    byte[] bytes = body(LARGE_BYTES).array();
    create(key, ByteBuffer.wrap(bytes));
    for (ByteRange range :
        List.of(
            new ByteRange(0, 1),
            new ByteRange(12_345, 54_321),
            new ByteRange(LARGE_BYTES - 7, 7),
            new ByteRange(LARGE_BYTES - 7, 100))) {
      int from = (int) range.offsetBytes();
      int to = Math.min(LARGE_BYTES, from + range.lengthBytes());
      require(
          Arrays.equals(store.get(key, range), Arrays.copyOfRange(bytes, from, to)),
          "a GET of " + range + " gave other bytes");
    }
    try {
      byte[] beyond = store.get(key, new ByteRange(LARGE_BYTES, 1));
      throw new Failed("a GET beyond the end gave " + beyond.length + " bytes");
    } catch (Missing _) {
      // As it has to be.
    }
  }

  private void hasOneClock() throws Failed {
    String key = folder + "clock";
    Instant before = store.list(folder, "", 1).storeTime();
    create(key, body(SMALL_BYTES));
    Listing listing = store.list(key, "", 1);
    require(!listing.entries().isEmpty(), "a LIST after a write lacks it");
    Instant modified = listing.entries().getFirst().lastModified();
    Instant after = listing.storeTime();
    require(
        !modified.isBefore(before.minus(ONE_CLOCK)) && !modified.isAfter(after.plus(ONE_CLOCK)),
        "an object made between " + before + " and " + after + " is said to be of " + modified);
    require(
        !after.isBefore(before.minus(ONE_CLOCK)),
        "the Date of LIST answers went back from " + before + " to " + after);
  }

  private Instant removeAbandoned() {
    Listing listing = store.list(SCRATCH, "", 1000);
    List<String> abandoned =
        listing.entries().stream()
            .filter(e -> e.lastModified().plus(ABANDONED).isBefore(listing.storeTime()))
            .map(Listing.Entry::key)
            .toList();
    var _ = store.delete(abandoned);
    return listing.storeTime();
  }

  private void clean() {
    // Its outcome is of no matter here: whatever stays is removed another time.
    var _ = store.delete(List.copyOf(made));
  }

  /// Finds a lack of rights before anything large is sent.
  private void requireRightToDelete() throws Failed {
    String key = folder + "first";
    create(key, body(SMALL_BYTES));
    delete(key);
  }

  private void create(String key, ByteBuffer body) throws Failed {
    made.add(key);
    require(
        creates.create(key, body, OwnershipCheck.sameBytes(body)) == Settled.OURS,
        "a create of a new key was answered as if it existed");
  }

  private void delete(String... keys) throws Failed {
    for (DeleteOutcome outcome : store.delete(List.of(keys))) {
      if (outcome instanceof DeleteOutcome.NotDeleted(String key, String reason)) {
        throw new StoreException.Denied(
            key,
            "Could not delete "
                + key
                + " in "
                + store.location()
                + ": "
                + reason
                + ". A probe needs the right to delete: run it with other credentials.",
            null);
      }
    }
  }

  private boolean sameBytes(String key, ByteBuffer body) {
    try {
      return ByteBuffer.wrap(store.get(key)).equals(body);
    } catch (Missing _) {
      return false;
    }
  }

  private boolean isMissing(String key) {
    try {
      var _ = store.get(key);
      return false;
    } catch (Missing _) {
      return true;
    }
  }

  private ByteBuffer body(int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static List<String> keys(Listing listing) {
    return listing.entries().stream().map(Listing.Entry::key).toList();
  }

  private static void require(boolean holds, String otherwise) throws Failed {
    if (!holds) {
      throw new Failed(otherwise);
    }
  }
}
