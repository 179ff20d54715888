package io.tidemark.repository.session;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Goes on with sessions whose process died, as long as their entries stand.
public final class ResumedSessions {
  private final Repository repository;

  public ResumedSessions(Repository repository) {
    this.repository = repository;
  }

  /// A session gone on with.
  public record Resumed(SnapshotSession session, List<FoundPack> packs) {
    public Resumed {
      packs = List.copyOf(packs);
    }
  }

  /// A pack that an earlier incarnation of this session left.
  public record FoundPack(PackHeader header, long objectBytes) {}

  /// Goes on with the packs that it left, as far as their headers carry its token.
  public Optional<Resumed> resume(VolumeId volume, SnapshotId snapshot) {
    return standing(volume, snapshot).map(standing -> standing.resume(repository));
  }

  /// Goes on from nothing: the packs that it left are passed over. One LIST a thousand of them.
  public Optional<SnapshotSession> takeOver(VolumeId volume, SnapshotId snapshot) {
    return standing(volume, snapshot)
        .map(standing -> standing.session(repository, standing.firstFreeK(repository)));
  }

  private Optional<Standing> standing(VolumeId volume, SnapshotId snapshot) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(volume);
    VolumeState state = journal.read().state();
    return SnapshotSession.creating(state, snapshot)
        .map(creating -> new Standing(journal, state.volume().orElseThrow(), snapshot, creating));
  }

  /// A session whose entry stands.
  private record Standing(
      Journal<VolumeEvent, VolumeState> journal,
      VolumeState.Opened volume,
      SnapshotId snapshot,
      Phase.Creating creating) {
    SnapshotSession session(Repository repository, int firstK) {
      return new SnapshotSession(repository, volume, snapshot, creating, firstK, journal);
    }

    Iterable<Listing.Entry> keys(Repository repository) {
      return KeyWalk.under(repository.store(), ObjectKeys.packs(volume.id(), creating.session()));
    }

    int firstFreeK(Repository repository) {
      int free = 0;
      for (Listing.Entry entry : keys(repository)) {
        Optional<PackId> id = PackId.find(volume.id(), entry.key());
        free = Math.max(free, id.map(found -> found.k() + 1).orElse(0));
      }
      return free;
    }

    Resumed resume(Repository repository) {
      List<FoundPack> found = new ArrayList<>();
      int firstK = 0;
      for (Listing.Entry entry : keys(repository)) {
        Optional<PackId> id = PackId.find(volume.id(), entry.key());
        if (id.isPresent()) {
          firstK = Math.max(firstK, id.get().k() + 1);
          header(repository, entry.key(), id.get())
              .ifPresent(header -> found.add(new FoundPack(header, entry.sizeBytes())));
        }
      }
      return new Resumed(session(repository, firstK), found);
    }

    /// Of a pack that is not sound, is another's, or whose collector was faster: empty. It is not
    /// referred to.
    private Optional<PackHeader> header(Repository repository, String key, PackId id) {
      try {
        PackHeader header = SessionPacks.header(repository.store(), key);
        return header.id().equals(id) && header.token().equals(creating.token())
            ? Optional.of(header)
            : Optional.empty();
      } catch (StoreException.Corrupt | StoreException.FormatTooNew | StoreException.Missing e) {
        return Optional.empty();
      }
    }
  }
}
