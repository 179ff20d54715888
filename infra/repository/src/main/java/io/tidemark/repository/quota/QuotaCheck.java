package io.tidemark.repository.quota;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Whether one more snapshot may be, by the limits last read. Made for one request: the totals are
/// read once, when a total is limited at all, so that they may be overshot by what others add
/// meanwhile.
public final class QuotaCheck {
  private final Repository repository;
  private final IndexReader index;
  private @Nullable Quotas limits;
  private @Nullable Map<VolumeId, Usage> usages;

  public QuotaCheck(Repository repository) {
    this.repository = repository;
    index = new IndexReader(repository.store());
  }

  /// Whether a new snapshot may be requested or begun.
  ///
  /// @param state on which that is decided
  /// @throws Refused with the limit, the figure and what to do
  public void requireRoomForNew(VolumeState state) {
    requireRoomForOneMore(state);
    OptionalLong limit = quotas().bytes();
    if (limit.isPresent()) {
      long bytes = usages().values().stream().mapToLong(Usage::bytes).sum();
      if (bytes >= limit.getAsLong()) {
        throw refused(
            "The snapshots of this repository use "
                + bytes
                + " bytes, and the limit is "
                + limit.getAsLong()
                + " bytes. Delete snapshots past the trash and collect, or");
      }
    }
  }

  /// Whether a snapshot may come back from the trash; its bytes are counted already.
  ///
  /// @param state on which that is decided
  /// @throws Refused with the limit, the figure and what to do
  public void requireRoomForOneMore(VolumeState state) {
    long own = counted(state);
    OptionalLong perVolume = quotas().snapshotsPerVolume();
    if (perVolume.isPresent() && own >= perVolume.getAsLong()) {
      throw refused(
          "The volume '"
              + state.volume().map(VolumeState.Opened::name).orElse("")
              + "' has "
              + own
              + " snapshots, and the limit for a volume is "
              + perVolume.getAsLong()
              + ". Delete some of them first, or");
    }
    OptionalLong all = quotas().snapshots();
    if (all.isPresent()) {
      VolumeId volume = state.volume().map(VolumeState.Opened::id).orElse(null);
      long others =
          usages().values().stream()
              .filter(usage -> !usage.volume().equals(volume))
              .mapToLong(Usage::snapshots)
              .sum();
      if (others + own >= all.getAsLong()) {
        throw refused(
            "There are "
                + (others + own)
                + " snapshots in this repository, and the limit is "
                + all.getAsLong()
                + ". Delete some of them first, or");
      }
    }
  }

  /// Snapshots of a volume that count: those asked for, being made, or READY.
  public static long counted(VolumeState state) {
    return state.entries().values().stream()
        .filter(
            entry ->
                switch (entry.phase()) {
                  case Phase.Requested _, Phase.Creating _, Phase.Ready _ -> true;
                  case Phase.Trashed _, Phase.Failed _ -> false;
                })
        .count();
  }

  private synchronized Quotas quotas() {
    Quotas read = limits;
    if (read == null) {
      read = repository.quotas();
      limits = read;
    }
    return read;
  }

  private synchronized Map<VolumeId, Usage> usages() {
    Map<VolumeId, Usage> read = usages;
    if (read == null) {
      read = index.usages();
      usages = read;
    }
    return read;
  }

  private static Refused refused(String message) {
    return new Refused(Refused.Reason.QUOTA, message + " have an administrator raise the limit.");
  }
}
