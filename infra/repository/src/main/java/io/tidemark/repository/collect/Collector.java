package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.index.IndexWriter;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.RandomDigits;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackList;
import io.tidemark.repository.map.PackTally;
import io.tidemark.repository.map.PackUse;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Collects one volume: reads the state at r, keeps what its roots reach, lists, condemns, writes
/// an audit, deletes. Any number may run at once, sleep for a week in between, or die.
public final class Collector {
  private final Repository repository;
  private final NodeSource nodes;

  public Collector(Repository repository, NodeSource nodes) {
    this.repository = repository;
    this.nodes = nodes;
  }

  /// A plan, and what was found out on the way.
  ///
  /// @param checkedLists of the state's lists those that are known to be right
  /// @param newlyChecked of these those that the newest audit does not know
  public record Planned(CollectionPlan plan, Set<ChunkId> checkedLists, Set<ChunkId> newlyChecked) {
    public Planned {
      checkedLists = Set.copyOf(checkedLists);
      newlyChecked = Set.copyOf(newlyChecked);
    }

    /// Whether carrying it out writes an audit: it deletes something, or the next collection is
    /// spared a check.
    boolean isWorthAnAudit() {
      return !plan.keys().isEmpty() || !newlyChecked.isEmpty();
    }

    /// Requests that carrying it out takes: the audit and the deletes, a thousand keys at a time.
    /// Noting in the index what is used takes up to four more.
    public int requests() {
      return (isWorthAnAudit() ? 1 : 0) + (plan.keys().size() + 999) / 1000;
    }
  }

  /// Finds out what may go; changes nothing.
  ///
  /// @throws StoreException when the journal cannot be read: then nothing may go
  public Planned plan(VolumeId volume) {
    return planAfter(volume, List.of());
  }

  /// Finds out what might go after some more events, as far as they are legal. Such a plan is to be
  /// shown, never applied.
  public Planned planAfter(VolumeId volume, List<VolumeEvent> assumed) {
    Reading<VolumeEvent, VolumeState> reading = repository.journal(volume).read();
    VolumeState state = VolumeFold.assume(reading.state(), reading.number(), assumed);
    Set<ChunkId> known = newestAudit(volume).map(Audit::checkedLists).orElse(Set.of());
    Set<ChunkId> checked = new HashSet<>();
    List<RootPacks> roots = roots(state, known, checked);
    List<FoundObject> packs = packs(volume, reading.number());
    List<FoundObject> beats = beats(volume, reading.number());
    Set<ChunkId> newlyChecked = new HashSet<>(checked);
    newlyChecked.removeAll(known);
    return new Planned(
        CollectionPlan.of(volume, reading.number(), state, roots, packs, beats),
        checked,
        newlyChecked);
  }

  /// Carries out a plan, however old: writes the audit, then deletes.
  public Collection apply(Planned planned) {
    CollectionPlan plan = planned.plan();
    if (plan.unreadable().isEmpty()) {
      new IndexWriter(repository.store(), repository.writer(), plan.volume())
          .count(plan.number(), plan.neededBytes());
    }
    List<String> keys = plan.keys();
    if (planned.isWorthAnAudit()) {
      writeAudit(planned, keys);
    }
    if (keys.isEmpty()) {
      return new Collection(plan, Collection.Outcome.DONE, 0, 0, planned.requests(), List.of());
    }
    Map<String, FoundObject> packs = new HashMap<>();
    plan.packs().forEach(pack -> packs.put(pack.key(), pack));
    int deletedObjects = 0;
    long freedBytes = 0;
    List<String> failures = new ArrayList<>();
    for (DeleteOutcome outcome : repository.store().delete(keys)) {
      switch (outcome) {
        case DeleteOutcome.Deleted(String key) -> {
          FoundObject pack = packs.get(key);
          if (pack != null) {
            deletedObjects++;
            freedBytes += pack.sizeBytes();
          }
        }
        case DeleteOutcome.NotDeleted(String key, String reason) ->
            failures.add(key + ": " + reason);
      }
    }
    return new Collection(
        plan, Collection.Outcome.DONE, deletedObjects, freedBytes, planned.requests(), failures);
  }

  /// Reads the list of every root; one not known to be right is checked, the oldest first, each by
  /// its difference from the one before, so that only differences are walked.
  private List<RootPacks> roots(VolumeState state, Set<ChunkId> known, Set<ChunkId> checked) {
    ListCheck check = new ListCheck(nodes, new ChunkSizes(repository, state));
    List<Root> roots = new ArrayList<>(state.roots());
    roots.sort(
        Comparator.comparing(Root::volume)
            .thenComparing(root -> !known.contains(root.packList().id()))
            .thenComparingLong(Root::listCommit));
    Map<ChunkId, RootPacks> done = new LinkedHashMap<>();
    Optional<ListCheck.Checked> base = Optional.empty();
    for (Root root : roots) {
      ChunkId id = root.packList().id();
      if (done.containsKey(id)) {
        continue;
      }
      try {
        PackList list = nodes.loadPackList(root.packList());
        List<PackTally.Discrepancy> wrong =
            known.contains(id) ? List.of() : check.discrepancies(root, list, base);
        Optional<PackTally.Discrepancy> missing =
            wrong.stream().filter(PackTally.Discrepancy::isMissing).findFirst();
        if (missing.isPresent()) {
          String reason = "the pack list lacks a pack: " + missing.get();
          done.put(id, new RootPacks.Unreadable(root, reason));
          continue;
        }
        done.put(id, listed(root, list));
        // A list with wrong counts keeps its packs, but nothing may be worked out from it.
        if (wrong.isEmpty()) {
          base = Optional.of(new ListCheck.Checked(root, list));
          checked.add(id);
        }
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        done.put(id, new RootPacks.Unreadable(root, String.valueOf(e.getMessage())));
      }
    }
    return List.copyOf(done.values());
  }

  private static RootPacks listed(Root root, PackList list) {
    Set<PackId> packs = new HashSet<>();
    for (PackUse use : list.entries()) {
      packs.add(use.pack());
    }
    packs.add(root.packList().pack());
    return new RootPacks.Listed(root, packs);
  }

  /// Packs up to session `last`; the keys ascend, so the listing ends at the first later one.
  private List<FoundObject> packs(VolumeId volume, long last) {
    List<FoundObject> found = new ArrayList<>();
    for (Listing.Entry entry : KeyWalk.under(repository.store(), ObjectKeys.packs(volume))) {
      Optional<PackId> pack = PackId.find(volume, entry.key());
      if (pack.isEmpty()) {
        continue;
      }
      if (pack.get().session() > last) {
        break;
      }
      found.add(
          new FoundObject(entry.key(), pack.get().session(), pack.get().k(), entry.sizeBytes()));
    }
    return found;
  }

  private List<FoundObject> beats(VolumeId volume, long last) {
    List<FoundObject> found = new ArrayList<>();
    for (Listing.Entry entry : KeyWalk.under(repository.store(), ObjectKeys.beats(volume))) {
      long number;
      try {
        number = ObjectKeys.beatNumber(entry.key());
      } catch (IllegalArgumentException e) {
        // Not Tidemark's, or a server's half-written file: left alone, and a check reports it.
        continue;
      }
      if (number > last) {
        break;
      }
      found.add(new FoundObject(entry.key(), number, 0, entry.sizeBytes()));
    }
    return found;
  }

  private Optional<Audit> newestAudit(VolumeId volume) {
    List<Listing.Entry> entries =
        repository.store().list(ObjectKeys.audits(volume), "", 1).entries();
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    String key = entries.getFirst().key();
    try {
      return Optional.of(AuditCodec.decode(repository.store().get(key)));
    } catch (MalformedException | StoreException.Missing | StoreException.Corrupt e) {
      // An audit only saves work: without it every list is checked again.
      return Optional.empty();
    }
  }

  private void writeAudit(Planned planned, List<String> keys) {
    CollectionPlan plan = planned.plan();
    Audit audit =
        new Audit(
            plan.number(),
            repository.writer().clock().instant(),
            repository.writer().actor(),
            keys,
            plan.unreadable().stream()
                .map(root -> root.root().packList().id() + ": " + root.reason())
                .toList(),
            planned.checkedLists());
    ByteBuffer bytes = ByteBuffer.wrap(AuditCodec.encode(audit));
    Settled settled;
    do {
      String key =
          ObjectKeys.audit(
              plan.volume(), plan.number(), RandomDigits.draw(repository.writer().random()));
      settled = repository.writer().creates().create(key, bytes, OwnershipCheck.sameBytes(bytes));
    } while (settled == Settled.NOT_OURS);
  }
}
