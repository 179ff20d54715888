package io.tidemark.repository.session;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The ids of all snapshots there ever were: reserved before the first event names them, never used
/// again.
public final class SnapshotIds {
  private final Repository repository;

  public SnapshotIds(Repository repository) {
    this.repository = repository;
  }

  /// Draws and reserves an id.
  ///
  /// @param number of the volume's newest event
  public SnapshotId reserve(VolumeId volume, long number) {
    while (true) {
      SnapshotId id = SnapshotId.random(repository.writer().random());
      ByteBuffer bytes =
          ByteBuffer.wrap(
              SnapshotReservationCodec.encode(
                  new SnapshotReservation(volume, number),
                  CommitId.random(repository.writer().random())));
      Settled settled =
          repository
              .writer()
              .creates()
              .create(ObjectKeys.snapshot(id), bytes, OwnershipCheck.sameBytes(bytes));
      if (settled == Settled.OURS) {
        return id;
      }
    }
  }

  /// What is known of an id; empty for one that was never reserved.
  public Optional<SnapshotReservation> find(SnapshotId id) {
    String key = ObjectKeys.snapshot(id);
    try {
      return Optional.of(SnapshotReservationCodec.decode(repository.store().get(key)));
    } catch (StoreException.Missing e) {
      return Optional.empty();
    } catch (MalformedException e) {
      throw e.at(key, "the reservation of a snapshot id", Remedy.RESTORE_OBJECT);
    }
  }

  /// At most `max` ids that begin with `prefix`, in order.
  public List<SnapshotId> startingWith(String prefix, int max) {
    return repository.store().list(ObjectKeys.SNAPSHOTS + prefix, "", max).entries().stream()
        .map(Listing.Entry::key)
        .map(ObjectKeys::name)
        .filter(SnapshotId::isValid)
        .map(SnapshotId::new)
        .toList();
  }
}
