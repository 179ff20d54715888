package io.tidemark.agent.flow;

import io.tidemark.agent.flow.MapScan.Window;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.MapNode;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Reads a snapshot as a restore would, and throws the bytes away.
public final class SnapshotVerification {
  private final Repository repository;
  private final ReadingLimits limits;
  private final Pulse pulse;
  private final ProgressMeter meter;
  private final Notes notes;

  public SnapshotVerification(
      Repository repository, ReadingLimits limits, Pulse pulse, ProgressMeter meter, Notes notes) {
    this.repository = repository;
    this.limits = limits;
    this.pulse = pulse;
    this.meter = meter;
    this.notes = notes;
  }

  /// Reads the part of a snapshot that `sample` takes; its whole map always.
  ///
  /// @throws FlowException.Deleted when it was deleted meanwhile
  /// @throws FlowException.Interrupted when the user had it stopped
  public ReadingReport run(Snapshot snapshot, Sample sample) throws IOException, FlowException {
    HeldReading reading = HeldReading.of(repository, snapshot, pulse, meter, notes);
    return reading.run(
        List.of(() -> HeldRoot.take(repository, snapshot, "verification", Optional.empty())),
        () -> read(reading, snapshot, sample),
        () -> "What was read until then was not judged; nothing was changed.");
  }

  private ReadingReport read(HeldReading reading, Snapshot snapshot, Sample sample)
      throws IOException, InterruptedException, FlowException {
    ChunkGrid grid = reading.grid();
    DamageLog damage = new DamageLog(grid);
    LongAdder checkedBytes = new LongAdder();
    long checkedChunks = 0;
    long dataBytes = 0;
    meter.start(grid.sizeBytes());
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store());
        BulkReader reader = new BulkReader(repository.store(), grid, limits, damage)) {
      MapScan scan = new MapScan(reading.root(), grid, nodes, damage);
      List<ChunkPlace> otherwise = List.of();
      while (scan.hasNext()) {
        Window window = scan.next(limits.windowChunks());
        List<ChunkPlace> taken = taken(window.places(), sample);
        long windowBytes = bytes(window.places(), grid);
        dataBytes += windowBytes;
        otherwise = otherwise.isEmpty() ? firstLeaf(window.places()) : otherwise;
        if (!scan.hasNext() && checkedChunks == 0 && taken.isEmpty()) {
          // The smallest sample is not none.
          taken = otherwise;
        }
        long takenBytes = bytes(taken, grid);
        meter.read(window.lengthBytes(grid) - takenBytes);
        checkedChunks += taken.size();
        reader.read(
            taken,
            (_, bytes) -> {
              checkedBytes.add(bytes.remaining());
              meter.read(bytes.remaining());
            });
      }
      checkList(reading, nodes, damage);
      if (!damage.isEmpty() && reading.wasDeleted()) {
        throw reading.deleted();
      }
      List<Damage> found = damage.damage();
      return new ReadingReport(
          grid.sizeBytes(),
          dataBytes,
          checkedBytes.sum(),
          checkedChunks,
          found,
          sharedBy(snapshot, found, nodes));
    }
  }

  /// A snapshot restores without its list, but costs space until it is deleted.
  private static void checkList(HeldReading reading, StoreNodeSource nodes, DamageLog damage) {
    try {
      PackList _ = nodes.loadPackList(reading.root().packList());
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      damage.addWithoutBytes(e);
    }
  }

  private static List<ChunkPlace> taken(List<ChunkPlace> places, Sample sample) {
    return sample.isAll()
        ? places
        : places.stream().filter(place -> sample.takes(place.chunk())).toList();
  }

  private static List<ChunkPlace> firstLeaf(List<ChunkPlace> places) {
    return places.stream()
        .takeWhile(
            place -> place.chunk() / MapNode.FAN_OUT == places.getFirst().chunk() / MapNode.FAN_OUT)
        .toList();
  }

  private static long bytes(List<ChunkPlace> places, ChunkGrid grid) {
    return places.stream().mapToLong(place -> grid.lengthBytes(place.chunk())).sum();
  }

  /// Other snapshots of the volume whose lists name the same packs.
  private SortedMap<String, List<SnapshotId>> sharedBy(
      Snapshot snapshot, List<Damage> damage, StoreNodeSource nodes) {
    SortedMap<String, List<SnapshotId>> shared = new TreeMap<>();
    if (damage.isEmpty()) {
      return shared;
    }
    VolumeState state = repository.journal(snapshot.volume().id()).read().state();
    for (Entry entry : state.entries().values()) {
      Optional<Root> root = entry.content().map(content -> content.root());
      if (root.isEmpty() || entry.snapshot().equals(snapshot.entry().snapshot())) {
        continue;
      }
      Set<String> keys = keys(root.get(), nodes);
      for (Damage one : damage) {
        if (keys.contains(one.key())) {
          shared.computeIfAbsent(one.key(), _ -> new ArrayList<>()).add(entry.snapshot());
        }
      }
    }
    return shared;
  }

  private static Set<String> keys(Root root, StoreNodeSource nodes) {
    Set<String> keys = new HashSet<>();
    keys.add(root.packList().pack().key());
    try {
      for (PackUse use : nodes.loadPackList(root.packList()).entries()) {
        keys.add(use.pack().key());
      }
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      // Then nobody can say what else it shares.
      return Collections.singleton(root.packList().pack().key());
    }
    return keys;
  }
}
