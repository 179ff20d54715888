package io.tidemark.repository.journal.volume;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// The state of a volume after some event.
///
/// @param volume empty before event 1
/// @param entries in the order they were made
/// @param holds by the number of their `held`
public record VolumeState(
    Optional<Opened> volume,
    Life life,
    SequencedMap<SnapshotId, Entry> entries,
    SortedMap<Long, Hold> holds,
    More more) {
  /// The state before event 1.
  public static final VolumeState EMPTY =
      new VolumeState(
          Optional.empty(), Life.OPEN, new LinkedHashMap<>(), new TreeMap<>(), More.NONE);

  /// How many FAILED entries are kept.
  public static final int MOST_FAILED = 32;

  /// Whether anything may still happen to the volume.
  public enum Life {
    OPEN,
    CLOSED
  }

  /// What is fixed for the life of a volume.
  ///
  /// @param name at the time; the repository's journal has the valid one
  public record Opened(VolumeId id, String name, ChunkSize chunkSize) {}

  public VolumeState {
    entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    holds = Collections.unmodifiableSortedMap(new TreeMap<>(holds));
  }

  public Optional<Entry> find(SnapshotId snapshot) {
    return Optional.ofNullable(entries.get(snapshot));
  }

  /// The READY snapshot that was committed last.
  public Optional<Entry> newestReady() {
    return entries.values().stream()
        .filter(entry -> entry.phase() instanceof Phase.Ready)
        .max(Comparator.comparingLong(entry -> entry.content().orElseThrow().commit()));
  }

  /// The holds that name a snapshot.
  public List<Hold> holdsOf(SnapshotId snapshot) {
    return holds.values().stream().filter(hold -> hold.snapshot().equals(snapshot)).toList();
  }

  /// The oldest hold of a restore.
  public Optional<Hold> restoreHold() {
    return holds.values().stream().filter(hold -> hold.kind() == Hold.Kind.RESTORE).findFirst();
  }

  /// Every root in this state: of READY and TRASHED entries, of the parents of CREATING ones, of
  /// holds.
  public List<Root> roots() {
    List<Root> roots = new ArrayList<>();
    entries.values().forEach(entry -> entry.root().ifPresent(roots::add));
    holds.values().forEach(hold -> roots.add(hold.root()));
    return roots;
  }

  VolumeState with(SequencedMap<SnapshotId, Entry> next) {
    return new VolumeState(volume, life, next, holds, more);
  }

  VolumeState with(SortedMap<Long, Hold> next) {
    return new VolumeState(volume, life, entries, next, more);
  }
}
