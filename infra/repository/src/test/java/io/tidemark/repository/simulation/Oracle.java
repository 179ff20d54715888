package io.tidemark.repository.simulation;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.journal.Envelope;
import io.tidemark.repository.journal.EventCodec;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackTally;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.testing.Image;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Watches one volume in the store and says which of the model's invariants is broken, the first
/// time one is. I1: what a READY or TRASHED snapshot reaches is there, with the bytes of its image.
/// I2: so is what a CREATING session may refer to, and what a hold keeps. I3: a pack list says
/// exactly what its map names. I4: no pack is of a session that never began. I5: every event is
/// legal where it stands, and the state read is the fold of all. I6, that a reader gets the right
/// bytes or «deleted», is looked at where it reads ([Hands]).
final class Oracle {
  private final Repository repository;
  private final VolumeId volume;
  private final Map<String, Image> images;
  private final EventCodec<VolumeEvent, VolumeState> codec =
      new EventCodec<>(new VolumeBodyCodec());
  private final String journal;
  private final String packs;

  private VolumeState state = VolumeState.EMPTY;
  private long number;
  private String hash = "";
  private boolean strict = true;

  /// What every root reaches: keys of packs.
  private final Map<Root, Set<String>> reached = new HashMap<>();

  private final Map<String, String> needed = new HashMap<>();
  private final Set<Long> running = new HashSet<>();
  private final Map<SnapshotId, NavigableMap<Long, String>> phases = new HashMap<>();
  private final Map<SnapshotId, NavigableMap<Long, Boolean>> heldByPersons = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private final Set<String> ready = new HashSet<>();
  private @Nullable String violation;

  /// @param repository over the bare store
  /// @param images by name
  Oracle(Repository repository, VolumeId volume, Map<String, Image> images) {
    this.repository = repository;
    this.volume = volume;
    this.images = images;
    journal = ObjectKeys.journal(volume);
    packs = ObjectKeys.packs(volume);
  }

  /// From now on events may be void or lost: an older copy of the bucket was put back.
  void expectLostEvents() {
    strict = false;
  }

  boolean isStrict() {
    return strict;
  }

  Optional<String> violation() {
    return Optional.ofNullable(violation);
  }

  void violated(String what) {
    if (violation == null) {
      violation = what;
    }
  }

  VolumeState state() {
    return state;
  }

  /// The keys of all packs that the roots of the state reach.
  Set<String> needed() {
    return Set.copyOf(needed.keySet());
  }

  long number() {
    return number;
  }

  /// The number of the event that was created with these bytes; 0 when there is none.
  long numberOf(String hashOfBytes) {
    return numbers.getOrDefault(hashOfBytes, 0L);
  }

  /// Whether the snapshot has been READY by the session with this token.
  boolean wasCommitted(SnapshotId snapshot, String token) {
    return ready.contains(snapshot + " " + token);
  }

  /// Whether the snapshot's phase (`none` for no entry) fitted at some event from `from` on.
  boolean was(SnapshotId snapshot, long from, Predicate<String> fits) {
    NavigableMap<Long, String> known = phases.getOrDefault(snapshot, new TreeMap<>());
    Map.Entry<Long, String> first = known.floorEntry(from);
    return fits.test(first == null ? "none" : first.getValue())
        || known.tailMap(from, true).values().stream().anyMatch(fits);
  }

  /// Whether a person's hold on the snapshot stood at some event from `from` on.
  boolean wasHeldByAPerson(SnapshotId snapshot, long from) {
    NavigableMap<Long, Boolean> known = heldByPersons.getOrDefault(snapshot, new TreeMap<>());
    Map.Entry<Long, Boolean> first = known.floorEntry(from);
    return (first != null && first.getValue())
        || known.tailMap(from, true).values().stream().anyMatch(held -> held);
  }

  /// Called after an object was created.
  void created(String key) {
    if (key.startsWith(journal)) {
      appended(key);
    } else if (key.startsWith(packs) && strict && ObjectKeys.packSession(key) > number) {
      violated("I4: " + key + " is of a session that never began");
    }
  }

  /// Called after an object was deleted.
  void deleted(String key) {
    if (!key.startsWith(packs)) {
      if (key.startsWith(journal) || key.startsWith(ObjectKeys.SNAPSHOTS)) {
        violated("I5: " + key + " was deleted");
      }
      return;
    }
    String why = needed.get(key);
    if (why != null) {
      violated(why + " lost " + key);
    }
    if (running.contains(ObjectKeys.packSession(key))) {
      violated("I2: a running session lost " + key);
    }
  }

  private void appended(String key) {
    byte[] bytes = repository.store().get(key);
    numbers.put(EventCodec.hash(bytes), ObjectKeys.ascending(ObjectKeys.name(key)));
    try {
      VolumeState read = repository.journal(volume).read().state();
      if (strict) {
        fold(key, bytes);
        if (!EventCodec.hash(codec.encodeState(read))
            .equals(EventCodec.hash(codec.encodeState(state)))) {
          violated("I5: the state read at " + number + " is not the fold from event 1");
        }
      } else {
        number = ObjectKeys.ascending(ObjectKeys.name(key));
      }
      state = read;
    } catch (StoreException e) {
      if (strict) {
        violated("I5: the journal cannot be read: " + e.getMessage());
      }
      return;
    }
    learn();
    if (strict) {
      checkRoots();
    }
  }

  private void fold(String key, byte[] bytes) {
    Envelope<VolumeEvent, VolumeState> envelope;
    try {
      envelope = codec.decode(bytes);
    } catch (MalformedException e) {
      violated("I5: " + key + ": " + e.getMessage());
      return;
    }
    if (envelope.header().number() != number + 1 || !envelope.header().previous().equals(hash)) {
      violated("I5: event " + envelope.header().number() + " after " + number + " is void");
      return;
    }
    number++;
    hash = EventCodec.hash(bytes);
    switch (new VolumeFold().apply(state, envelope.header(), envelope.event().orElseThrow())) {
      case Transition.Legal<VolumeState>(VolumeState after) -> state = after;
      case Transition.Illegal<VolumeState>(String reason) ->
          violated("I5: event " + number + " (" + envelope.header().type() + "): " + reason);
    }
  }

  private void learn() {
    running.clear();
    Map<SnapshotId, String> now = new LinkedHashMap<>();
    for (Entry entry : state.entries().values()) {
      now.put(entry.snapshot(), entry.phase().word());
      if (entry.phase() instanceof Phase.Creating creating) {
        running.add(creating.session());
      }
      entry.content().ifPresent(content -> ready.add(entry.snapshot() + " " + content.token()));
    }
    phases.forEach((snapshot, known) -> note(known, now.getOrDefault(snapshot, "none")));
    now.forEach(
        (snapshot, word) -> note(phases.computeIfAbsent(snapshot, _ -> new TreeMap<>()), word));
    Set<SnapshotId> held = new HashSet<>();
    for (Hold hold : state.holds().values()) {
      if (hold.kind() == Hold.Kind.PERSON) {
        held.add(hold.snapshot());
      }
    }
    heldByPersons.forEach((snapshot, known) -> note(known, held.contains(snapshot)));
    held.forEach(
        snapshot -> note(heldByPersons.computeIfAbsent(snapshot, _ -> new TreeMap<>()), true));
  }

  private <T> void note(NavigableMap<Long, T> known, T now) {
    if (known.isEmpty() || !known.lastEntry().getValue().equals(now)) {
      known.put(number, now);
    }
  }

  private void checkRoots() {
    needed.clear();
    for (Entry entry : state.entries().values()) {
      switch (entry.phase()) {
        case Phase.Ready(Phase.Content content) -> need("I1", entry, content.root(), true);
        case Phase.Trashed(Phase.Content content) -> need("I1", entry, content.root(), true);
        case Phase.Creating creating ->
            creating.parent().ifPresent(parent -> need("I2", entry, parent.root(), false));
        case Phase.Requested _, Phase.Failed _ -> {}
      }
    }
    for (Hold hold : state.holds().values()) {
      reach("I2: hold " + hold.number(), hold.root()).forEach(key -> needs(key, "I2: a hold"));
    }
    for (String key : needed.keySet()) {
      if (repository.store().list(key, "", 1).entries().isEmpty()) {
        violated(needed.get(key) + " lost " + key);
      }
    }
  }

  private void need(String invariant, Entry entry, Root root, boolean own) {
    String who = invariant + ": " + entry.snapshot() + " (" + entry.phase().word() + ")";
    boolean seen = reached.containsKey(root);
    Set<String> keys = reach(who, root);
    keys.forEach(key -> needs(key, who));
    if (own && !seen && violation == null) {
      Image image = images.get(entry.label().name());
      if (image == null) {
        violated("No image '" + entry.label().name() + "'");
      } else {
        compare(who, root, image).ifPresent(this::violated);
      }
    }
  }

  private void needs(String key, String who) {
    needed.putIfAbsent(key, who);
  }

  /// The packs that a root reaches; its list has to say the same.
  private Set<String> reach(String who, Root root) {
    Set<String> known = reached.get(root);
    if (known != null) {
      return known;
    }
    Set<String> keys = new HashSet<>();
    reached.put(root, keys);
    keys.add(root.packList().pack().key());
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      MapWalk.walk(
          root,
          Image.CHUNK_SIZE,
          nodes,
          new MapWalk.Visitor() {
            @Override
            public void node(int level, Reference node) {
              keys.add(node.pack().key());
            }

            @Override
            public void chunk(long chunk, Reference reference) {
              keys.add(reference.pack().key());
            }
          });
      PackList list = nodes.loadPackList(root.packList());
      PackTally tally = new PackTally();
      MapWalk.tally(root, Image.CHUNK_SIZE, nodes, tally);
      List<PackTally.Discrepancy> wrong = tally.compare(list);
      if (!wrong.isEmpty()) {
        violated("I3: the list of " + who + " is wrong: " + wrong);
      }
      checkSizes(who, root, list);
    } catch (StoreException e) {
      violated(who + " cannot be read: " + e.getMessage());
    }
    return keys;
  }

  private void checkSizes(String who, Root root, PackList list) {
    for (PackUse use : list.entries()) {
      long actual =
          use.pack().equals(root.packList().pack())
              ? 0
              : repository.store().get(use.pack().key()).length;
      if (use.objectBytes() != actual) {
        violated(
            "I3: the list of " + who + " gives " + use.pack() + " " + use.objectBytes() + " bytes");
      }
    }
  }

  /// What is wrong with the snapshot, if it is not this image byte for byte.
  Optional<String> compare(String who, Root root, Image image) {
    return image.differs(repository.store(), root).map(what -> who + " " + what);
  }
}
