package io.tidemark.agent.flow;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.session.SnapshotSession.ParentChoice;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Chooses what a snapshot is compared with: the READY one from which on its source keeps account
/// of changes, else the one that the fingerprint file was written for, else the newest, and only
/// one whose pack list can be read.
final class ParentSearch implements ParentChoice {
  /// A repository whose newest lists are all unreadable has other troubles than a full upload.
  private static final int MOST_TRIED = 4;

  private final Function<VolumeState.Opened, FingerprintFile> fingerprints;
  private final Optional<SnapshotId> tracked;
  private final NodeSource nodes;
  private final Notes notes;
  private final Map<Reference, PackList> lists = new HashMap<>();
  private final Map<Reference, StoreException> unreadable = new HashMap<>();
  private boolean none;
  private VolumeState seen = VolumeState.EMPTY;
  private Optional<MapEditor.Parent> chosen = Optional.empty();

  /// @param tracked the snapshot from which on the source keeps account of changes
  ParentSearch(
      Function<VolumeState.Opened, FingerprintFile> fingerprints,
      Optional<SnapshotId> tracked,
      NodeSource nodes,
      Notes notes) {
    this.fingerprints = fingerprints;
    this.tracked = tracked;
    this.nodes = nodes;
    this.notes = notes;
  }

  @Override
  public Optional<Entry> choose(VolumeState state) {
    seen = state;
    chosen = Optional.empty();
    if (none) {
      return Optional.empty();
    }
    for (Entry entry : candidates(state)) {
      Root root = entry.root().orElseThrow();
      Optional<PackList> list = list(root.packList());
      if (list.isPresent()) {
        chosen = Optional.of(new MapEditor.Parent(root, list.get()));
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /// From now on chooses nothing, and what was chosen counts no more: everything is uploaded.
  void takeNone() {
    none = true;
    chosen = Optional.empty();
  }

  /// Takes what a session that is gone on with has pinned, if its list can be read.
  void take(VolumeState state, Optional<Root> pinned) {
    seen = state;
    chosen =
        pinned.flatMap(root -> list(root.packList()).map(list -> new MapEditor.Parent(root, list)));
  }

  /// The state that the last choice was made on.
  VolumeState seen() {
    return seen;
  }

  /// What was chosen last.
  Optional<MapEditor.Parent> chosen() {
    return chosen;
  }

  private List<Entry> candidates(VolumeState state) {
    List<Entry> ready =
        new ArrayList<>(
            state.entries().values().stream()
                .filter(entry -> entry.phase() instanceof Phase.Ready)
                .sorted(Comparator.comparingLong(ParentSearch::commit).reversed())
                .toList());
    if (!ready.isEmpty()) {
      Optional<FingerprintReader> known =
          state.volume().flatMap(opened -> fingerprints.apply(opened).open());
      try {
        // A stable sort: those that the file fits come first, and each kind newest first.
        known.ifPresent(
            reader ->
                ready.sort(
                    Comparator.comparing(
                        (Entry entry) -> !reader.belongsTo(entry.root().orElseThrow()))));
      } finally {
        known.ifPresent(FingerprintReader::close);
      }
    }
    ready.sort(
        Comparator.comparing((Entry entry) -> !tracked.equals(Optional.of(entry.snapshot()))));
    return ready.subList(0, Math.min(MOST_TRIED, ready.size()));
  }

  private static long commit(Entry entry) {
    return entry.content().orElseThrow().commit();
  }

  private Optional<PackList> list(Reference reference) {
    PackList known = lists.get(reference);
    if (known != null) {
      return Optional.of(known);
    }
    if (unreadable.containsKey(reference)) {
      return Optional.empty();
    }
    try {
      PackList list = nodes.loadPackList(reference);
      lists.put(reference, list);
      return Optional.of(list);
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      unreadable.put(reference, e);
      notes.warn("A snapshot is no use to compare with: " + e.getMessage());
      return Optional.empty();
    }
  }
}
