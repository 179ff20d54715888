package io.tidemark.repository.session;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Sends the packs of one session under ascending numbers; a number that holds anything else is
/// skipped.
final class SessionPacks implements PackSender {
  private final Repository repository;
  private final VolumeId volume;
  private final long session;
  private final AtomicInteger nextK;
  private final AtomicLong objectBytes = new AtomicLong();
  private final AtomicLong unsettledBytes = new AtomicLong();

  SessionPacks(Repository repository, VolumeId volume, long session, int firstK) {
    this.repository = repository;
    this.volume = volume;
    this.session = session;
    this.nextK = new AtomicInteger(firstK);
  }

  @Override
  public SentPack send(PackEncoding pack) {
    while (true) {
      int k = nextK.getAndIncrement();
      String key = ObjectKeys.pack(volume, session, k);
      CommitId commitId = CommitId.random(repository.writer().random());
      ByteBuffer bytes = pack.encode(k, commitId);
      Settled settled;
      try {
        settled =
            repository
                .writer()
                .creates()
                .create(key, bytes, (store, there) -> isOurs(store, there, commitId));
      } catch (StoreException.UnknownOutcome e) {
        unsettledBytes.addAndGet(bytes.remaining());
        throw e;
      }
      if (settled == Settled.OURS) {
        objectBytes.addAndGet(bytes.remaining());
        return new SentPack(new PackId(volume, session, k), bytes.remaining());
      }
    }
  }

  /// Whatever else lies at the key, sound or not, is not ours: the number is spent, no more. Bytes
  /// damaged on their way here at worst cost sending the pack twice.
  private static boolean isOurs(ObjectStore store, String key, CommitId commitId) {
    try {
      return header(store, key).commitId().equals(commitId);
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      return false;
    } catch (StoreException.Missing e) {
      // An empty object has no first byte to give; one that is gone is missed once more.
      byte[] all = store.get(key);
      return all.length >= PackHeader.BYTES && isOurs(store, key, commitId);
    }
  }

  /// Bytes of all objects that are in the store.
  long objectBytes() {
    return objectBytes.get();
  }

  /// Bytes of all objects that were given up before the store had answered: each may be there, or
  /// arrive later.
  long unsettledBytes() {
    return unsettledBytes.get();
  }

  /// Reads the header of a pack in one request.
  static PackHeader header(ObjectStore store, String key) {
    byte[] bytes = store.get(key, new ByteRange(0, PackHeader.BYTES));
    try {
      return PackHeader.read(ByteBuffer.wrap(bytes));
    } catch (MalformedException e) {
      throw e.at(key, "its header", Remedy.RESTORE_OBJECT);
    }
  }
}
