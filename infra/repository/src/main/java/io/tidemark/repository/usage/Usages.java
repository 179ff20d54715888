package io.tidemark.repository.usage;

import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Works out what snapshots use.
public final class Usages {
  private final Repository repository;

  public Usages(Repository repository) {
    this.repository = repository;
  }

  /// What every volume uses, from the index.
  ///
  /// @param state of the repository, as it was read
  public RepositoryUsage read(RepositoryState state) {
    Map<VolumeId, Usage> usages = new IndexReader(repository.store()).usages();
    List<RepositoryUsage.VolumeUsage> volumes =
        state.volumes().values().stream()
            .filter(volume -> volume.life() == Life.OPEN)
            .map(
                volume ->
                    new RepositoryUsage.VolumeUsage(
                        volume, usages.getOrDefault(volume.id(), Usage.none(volume.id()))))
            .toList();
    return new RepositoryUsage(
        usages.values().stream().mapToLong(Usage::snapshots).sum(),
        usages.values().stream().mapToLong(Usage::bytes).sum(),
        state.quotas(),
        volumes);
  }

  /// Bytes that a collection would free if one snapshot alone were deleted past the trash: whole
  /// packs that no other root names. A list's own pack, some KiB, is not counted. A request a list.
  ///
  /// @param nodes of the volume
  /// @return of every READY and TRASHED snapshot; empty where a list could not be read, so that
  ///   nothing can be said
  public Map<SnapshotId, Optional<Long>> freedBytes(VolumeId volume, NodeSource nodes) {
    VolumeState state = repository.journal(volume).read().state();
    // One list may be several roots'.
    Map<Reference, Optional<PackList>> lists =
        state.roots().stream()
            .map(Root::packList)
            .distinct()
            .parallel()
            .collect(Collectors.toConcurrentMap(list -> list, list -> load(list, nodes)));
    boolean known = lists.values().stream().allMatch(Optional::isPresent);
    Map<PackId, Integer> naming = new HashMap<>();
    for (Root root : state.roots()) {
      packs(lists, root).forEach(use -> naming.merge(use.pack(), 1, Integer::sum));
    }
    Map<SnapshotId, Optional<Long>> freed = new LinkedHashMap<>();
    for (Entry entry : state.entries().values()) {
      entry
          .content()
          .ifPresent(
              content ->
                  freed.put(
                      entry.snapshot(),
                      known
                          ? Optional.of(
                              packs(lists, content.root()).stream()
                                  .filter(use -> naming.getOrDefault(use.pack(), 0) == 1)
                                  .mapToLong(PackUse::objectBytes)
                                  .sum())
                          : Optional.empty()));
    }
    return freed;
  }

  private static List<PackUse> packs(Map<Reference, Optional<PackList>> lists, Root root) {
    return lists
        .getOrDefault(root.packList(), Optional.empty())
        .map(PackList::entries)
        .orElse(List.of());
  }

  private static Optional<PackList> load(Reference list, NodeSource nodes) {
    try {
      return Optional.of(nodes.loadPackList(list));
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      return Optional.empty();
    }
  }
}
