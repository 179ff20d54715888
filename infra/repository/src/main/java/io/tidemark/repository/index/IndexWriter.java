package io.tidemark.repository.index;

import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what the index says of a volume, after each event and before whoever asked for the event
/// hears of it: first the rows of the snapshots that the event changed, then the usage, whose
/// number says that the rows up to it are there. Not after `begun`, which its session follows up.
///
/// The event stands whatever becomes of the index: what could not be written is made good by the
/// next event's writer, who finds the usage behind, or by the sweep.
public final class IndexWriter implements Journal.Observer<VolumeEvent, VolumeState> {
  private static final Logger LOG = LoggerFactory.getLogger(IndexWriter.class);

  /// A longer gap is left to the sweep, for this call has an answer to give.
  private static final int MOST_HEALED = 16;

  private final ObjectStore store;
  private final SettledCreate creates;
  private final VolumeId volume;
  private final Journal<VolumeEvent, VolumeState> journal;

  public IndexWriter(ObjectStore store, Journal.Writer writer, VolumeId volume) {
    this.store = store;
    this.creates = writer.creates();
    this.volume = volume;
    this.journal =
        new Journal<>(
            store, ObjectKeys.journal(volume), new VolumeFold(), new VolumeBodyCodec(), writer);
  }

  @Override
  public void read(Reading<VolumeEvent, VolumeState> reading) {}

  @Override
  public void appended(
      Reading<VolumeEvent, VolumeState> before, long number, VolumeEvent event, VolumeState after) {
    try {
      for (SnapshotId snapshot : changed(before.state(), after)) {
        writeRow(snapshot, number, before.state(), after);
      }
      if (event instanceof VolumeEvent.Begun || event instanceof VolumeEvent.Opened) {
        return;
      }
      Usage newest = new IndexReader(store).usage(volume);
      Set<Long> late = IndexGap.between(newest.number(), before.number(), before.state());
      if (late.size() > MOST_HEALED) {
        LOG.debug("The index of {} lacks {} events", volume, late.size());
        return;
      }
      heal(late, before.state());
      writeUsage(usage(before, number, event, after, newest));
    } catch (StoreException e) {
      LOG.debug("The index of {} lacks event {}", volume, number, e);
    }
  }

  /// Whether something had to be made good.
  public enum Healed {
    YES,
    NO
  }

  /// Writes what the index lacks of a volume.
  ///
  /// @param now the volume's journal
  public Healed heal(Reading<VolumeEvent, VolumeState> now) {
    Usage newest = new IndexReader(store).usage(volume);
    Set<Long> late = IndexGap.between(newest.number(), now.number(), now.state());
    if (late.isEmpty()) {
      return Healed.NO;
    }
    if (late.size() > MOST_HEALED) {
      for (SnapshotId snapshot : now.state().entries().keySet()) {
        writeRow(snapshot, now.number(), now.state(), now.state());
      }
    } else {
      heal(late, now.state());
    }
    writeUsage(Usage.of(volume, now.number(), now.state(), newest));
    return Healed.YES;
  }

  /// Writes the rows that the writers of these events did not, as far as their snapshots are there.
  void heal(Set<Long> numbers, VolumeState state) {
    Map<SnapshotId, Long> newest = new LinkedHashMap<>();
    Map<Long, SnapshotId> holds = new HashMap<>();
    for (long number : numbers) {
      for (Journal.Numbered<VolumeEvent> event : journal.events(number, number)) {
        if (event.event() instanceof VolumeEvent.Held held) {
          holds.put(number, held.snapshot());
        }
        if (event.event() instanceof VolumeEvent.Released released
            && !holds.containsKey(released.hold())) {
          // Whose hold that was is forgotten: one of these.
          state.entries().values().stream()
              .filter(entry -> entry.content().isPresent())
              .forEach(entry -> newest.put(entry.snapshot(), number));
        }
        named(event.event(), holds).ifPresent(snapshot -> newest.put(snapshot, number));
      }
    }
    newest.forEach((snapshot, number) -> writeRow(snapshot, number, state, state));
  }

  /// The snapshot whose row an event changes.
  private static Optional<SnapshotId> named(VolumeEvent event, Map<Long, SnapshotId> holds) {
    return switch (event) {
      case VolumeEvent.Opened _, VolumeEvent.Closed _ -> Optional.empty();
      case VolumeEvent.Requested requested -> Optional.of(requested.snapshot());
      case VolumeEvent.Begun begun -> Optional.of(begun.snapshot());
      case VolumeEvent.Committed committed -> Optional.of(committed.snapshot());
      case VolumeEvent.Failed failed -> Optional.of(failed.snapshot());
      case VolumeEvent.Removed removed -> Optional.of(removed.snapshot());
      case VolumeEvent.Trashed trashed -> Optional.of(trashed.snapshot());
      case VolumeEvent.Restored restored -> Optional.of(restored.snapshot());
      case VolumeEvent.Held held -> Optional.of(held.snapshot());
      case VolumeEvent.Released released -> Optional.ofNullable(holds.get(released.hold()));
      case VolumeEvent.Described described -> Optional.of(described.snapshot());
    };
  }

  /// Notes how many bytes a collection has counted in the state after event `at`; what was
  /// committed later is added to them.
  public void count(long at, long bytes) {
    try {
      Usage newest = new IndexReader(store).usage(volume);
      if (newest.countedAt() >= at) {
        return;
      }
      Reading<VolumeEvent, VolumeState> now = journal.read();
      boolean complete = IndexGap.between(newest.number(), now.number(), now.state()).isEmpty();
      Usage usage =
          Usage.of(
              volume,
              complete ? now.number() : newest.number(),
              now.state(),
              newest.counted(at, bytes));
      if (usage.bytes() != newest.bytes() || usage.snapshots() != newest.snapshots()) {
        writeUsage(usage);
      }
    } catch (StoreException e) {
      LOG.debug("What {} uses was counted and could not be noted", volume, e);
    }
  }

  /// Snapshots whose entry or holds differ.
  private static Set<SnapshotId> changed(VolumeState before, VolumeState after) {
    Set<SnapshotId> ids = new LinkedHashSet<>();
    for (Entry entry : after.entries().values()) {
      Entry old = before.entries().get(entry.snapshot());
      if (!entry.equals(old)) {
        ids.add(entry.snapshot());
      }
    }
    for (SnapshotId id : before.entries().keySet()) {
      if (!after.entries().containsKey(id)) {
        ids.add(id);
      }
    }
    Set<Hold> holds = new HashSet<>(after.holds().values());
    for (Hold hold : before.holds().values()) {
      if (!holds.remove(hold)) {
        ids.add(hold.snapshot());
      }
    }
    holds.forEach(hold -> ids.add(hold.snapshot()));
    return ids;
  }

  /// Writes what the index says of a snapshot as of event `number`.
  ///
  /// @param before where the snapshot may still be when it is gone from `state`
  void writeRow(SnapshotId snapshot, long number, VolumeState before, VolumeState state) {
    Entry entry = state.entries().get(snapshot);
    if (entry != null) {
      create(
          ObjectKeys.created(entry.requestedAt(), snapshot) + row(number, entry.phase().word()),
          IndexRowCodec.encode(new IndexRow(volume, number, entry, state.holdsOf(snapshot))));
      return;
    }
    Entry old = before.entries().get(snapshot);
    if (old != null) {
      create(
          ObjectKeys.created(old.requestedAt(), snapshot) + row(number, IndexReader.REMOVED),
          IndexRowCodec.encodeRemoved(volume, number));
    }
  }

  /// Writes what a volume uses.
  void writeUsage(Usage usage) {
    create(usage.key(), new byte[0]);
  }

  /// The bytes that a snapshot added stay counted when it goes: others may need them, and only a
  /// collection knows.
  private Usage usage(
      Reading<VolumeEvent, VolumeState> before,
      long number,
      VolumeEvent event,
      VolumeState after,
      Usage newest) {
    Usage usage = Usage.of(volume, number, after, newest);
    if (event instanceof VolumeEvent.Removed removed
        && before
            .state()
            .find(removed.snapshot())
            .flatMap(Entry::content)
            .filter(content -> content.commit() > newest.countedAt())
            .isPresent()) {
      long bytes = Usage.of(volume, before.number(), before.state(), newest).bytes();
      return usage.counted(before.number(), bytes);
    }
    return usage;
  }

  private void create(String key, byte[] bytes) {
    ByteBuffer body = ByteBuffer.wrap(bytes);
    // Somebody else's says the same: the number makes it so.
    Settled _ = creates.create(key, body, OwnershipCheck.sameBytes(body));
  }

  private static String row(long number, String word) {
    return ObjectKeys.descending(number) + "-" + word;
  }
}
