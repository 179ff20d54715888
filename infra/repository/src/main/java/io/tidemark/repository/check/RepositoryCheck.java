package io.tidemark.repository.check;

import io.tidemark.repository.Repository;
import io.tidemark.repository.check.Problem.Weight;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.collect.ChunkSizes;
import io.tidemark.repository.collect.ListCheck;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackTally;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackReader;
import io.tidemark.repository.session.SnapshotIds;
import io.tidemark.repository.session.SnapshotReservation;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Checks a repository without reading chunks: folds every journal from event 1, compares every
/// pack list with its map, and every pack named with what lies in the store. The chunks themselves
/// are read by a verification of snapshots.
public final class RepositoryCheck {
  private final Repository repository;
  private final NodeSource nodes;
  private final Consumer<String> progress;
  private final List<Problem> problems = new ArrayList<>();
  private int snapshots;
  private long events;
  private long packs;
  private long packBytes;

  /// @param progress told the name of every volume before it is looked at
  public RepositoryCheck(Repository repository, NodeSource nodes, Consumer<String> progress) {
    this.repository = repository;
    this.nodes = nodes;
    this.progress = progress;
  }

  /// Runs the check once.
  public CheckReport run() {
    int volumes = 0;
    try {
      List<NamedVolume> named =
          List.copyOf(
              repository
                  .journal()
                  .foldAll(listener("", ObjectKeys.REPOSITORY_JOURNAL))
                  .volumes()
                  .values());
      for (NamedVolume volume : named) {
        progress.accept(volume.name());
        volumes++;
        check(volume);
      }
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      problems.add(new Problem("", List.of(), e.key(), Weight.DAMAGE, message(e)));
    }
    return new CheckReport(volumes, snapshots, events, packs, packBytes, problems);
  }

  private void check(NamedVolume volume) {
    VolumeState state;
    try {
      state =
          repository
              .journal(volume.id())
              .foldAll(listener(volume.name(), ObjectKeys.journal(volume.id())));
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      problems.add(new Problem(volume.name(), List.of(), e.key(), Weight.DAMAGE, message(e)));
      return;
    }
    if (state.volume().isEmpty()) {
      problems.add(
          new Problem(
              volume.name(),
              List.of(),
              ObjectKeys.journal(volume.id()),
              Weight.DAMAGE,
              "The volume has a name but no journal."));
      return;
    }
    snapshots += state.entries().size();
    Map<PackId, Long> found = listPacks(volume.id());
    packs += found.size();
    packBytes += found.values().stream().mapToLong(Long::longValue).sum();
    problems.addAll(
        state.entries().values().parallelStream()
            .filter(entry -> entry.content().isPresent())
            .flatMap(entry -> checkReservation(volume, entry.snapshot()).stream())
            .toList());
    checkRoots(volume, state, found);
  }

  /// Without its reservation a snapshot is still found, by reading every journal.
  private Optional<Problem> checkReservation(NamedVolume volume, SnapshotId snapshot) {
    String wrong;
    try {
      Optional<SnapshotReservation> known = new SnapshotIds(repository).find(snapshot);
      if (known.isPresent() && known.get().volume().equals(volume.id())) {
        return Optional.empty();
      }
      wrong =
          known
              .map(other -> "The reservation of " + snapshot + " names " + other.volume())
              .orElse("The reservation of " + snapshot + " is missing");
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      wrong = message(e);
    }
    return Optional.of(
        new Problem(
            volume.name(),
            List.of(snapshot),
            ObjectKeys.snapshot(snapshot),
            Weight.ODDITY,
            wrong
                + (wrong.contains(Remedy.RESTORE_OBJECT.text())
                    ? ""
                    : "; " + Remedy.RESTORE_OBJECT.text())
                + ". The snapshot still restores, found by the journal of its volume."));
  }

  private void checkRoots(NamedVolume volume, VolumeState state, Map<PackId, Long> found) {
    ListCheck check = new ListCheck(nodes, new ChunkSizes(repository, state));
    List<Root> roots = new ArrayList<>(state.roots());
    roots.sort(Comparator.comparing(Root::volume).thenComparingLong(Root::listCommit));
    Set<ChunkId> seen = new HashSet<>();
    Optional<ListCheck.Checked> base = Optional.empty();
    for (Root root : roots) {
      if (!seen.add(root.packList().id())) {
        continue;
      }
      List<SnapshotId> hurt = snapshotsOf(state, root);
      String listKey = root.packList().pack().key();
      try {
        PackList list = nodes.loadPackList(root.packList());
        for (PackUse use : list.entries()) {
          checkPack(volume, hurt, found, use);
        }
        checkListPack(volume, hurt, found, root.packList().pack());
        List<PackTally.Discrepancy> wrong = check.discrepancies(root, list, base);
        for (PackTally.Discrepancy discrepancy : wrong) {
          problems.add(
              new Problem(
                  volume.name(),
                  hurt,
                  listKey,
                  Weight.ODDITY,
                  "The pack list is wrong about " + discrepancy + "."));
        }
        if (wrong.isEmpty()) {
          base = Optional.of(new ListCheck.Checked(root, list));
        }
      } catch (StoreException.Missing | StoreException.Corrupt | StoreException.FormatTooNew e) {
        problems.add(new Problem(volume.name(), hurt, e.key(), Weight.DAMAGE, message(e)));
      }
    }
  }

  /// A list does not know the length of its own pack: its footer does, being at the very end.
  private void checkListPack(
      NamedVolume volume, List<SnapshotId> hurt, Map<PackId, Long> found, PackId pack) {
    Long bytes = found.get(pack);
    if (bytes == null) {
      return;
    }
    try {
      PackContents _ = new PackReader(repository.store()).contents(pack, bytes);
    } catch (StoreException.Corrupt e) {
      problems.add(
          new Problem(
              volume.name(),
              hurt,
              pack.key(),
              Weight.DAMAGE,
              "The pack does not end as a pack does, at " + bytes + " bytes: " + message(e)));
    }
  }

  private void checkPack(
      NamedVolume volume, List<SnapshotId> hurt, Map<PackId, Long> found, PackUse use) {
    if (!use.pack().volume().equals(volume.id())) {
      return;
    }
    Long bytes = found.get(use.pack());
    String key = use.pack().key();
    if (bytes == null) {
      problems.add(new Problem(volume.name(), hurt, key, Weight.DAMAGE, "The pack is missing."));
    } else if (use.objectBytes() != 0 && bytes != use.objectBytes()) {
      problems.add(
          new Problem(
              volume.name(),
              hurt,
              key,
              Weight.DAMAGE,
              "The pack has " + bytes + " bytes instead of " + use.objectBytes() + "."));
    }
  }

  private Map<PackId, Long> listPacks(VolumeId volume) {
    Map<PackId, Long> found = new HashMap<>();
    for (Listing.Entry entry : KeyWalk.under(repository.store(), ObjectKeys.packs(volume))) {
      try {
        found.put(PackId.ofKey(volume, entry.key()), entry.sizeBytes());
      } catch (IllegalArgumentException e) {
        problems.add(
            new Problem(
                volume.text(),
                List.of(),
                entry.key(),
                Weight.ODDITY,
                "The object does not belong there: " + e.getMessage()));
      }
    }
    return found;
  }

  private Journal.FoldListener listener(String volume, String folder) {
    return new Journal.FoldListener() {
      @Override
      public void folded(EventHeader header, Optional<String> ignored) {
        events++;
        ignored.ifPresent(
            reason ->
                problems.add(
                    new Problem(
                        volume,
                        List.of(),
                        folder + ObjectKeys.descending(header.number()),
                        Weight.ODDITY,
                        "Event "
                            + header.number()
                            + " ("
                            + header.type()
                            + ") changes nothing: "
                            + reason
                            + ".")));
      }

      @Override
      public void disagrees(EventHeader header) {
        problems.add(
            new Problem(
                volume,
                List.of(),
                folder + ObjectKeys.descending(header.number()),
                Weight.DAMAGE,
                "The state in event "
                    + header.number()
                    + " is not what the events up to it make."));
      }
    };
  }

  private static List<SnapshotId> snapshotsOf(VolumeState state, Root root) {
    return state.entries().values().stream()
        .filter(
            entry ->
                entry
                    .root()
                    .filter(own -> own.packList().id().equals(root.packList().id()))
                    .isPresent())
        .map(Entry::snapshot)
        .toList();
  }

  private static String message(StoreException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
