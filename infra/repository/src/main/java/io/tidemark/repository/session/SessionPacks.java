package io.tidemark.repository.session;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackHeader;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.Settled;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Sends the packs of one session under ascending numbers; a number that holds somebody else's pack
/// is skipped.
final class SessionPacks implements PackSender {
  private final Repository repository;
  private final VolumeId volume;
  private final long session;
  private final AtomicInteger nextK;
  private final AtomicLong objectBytes = new AtomicLong();

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
      Settled settled =
          repository
              .writer()
              .creates()
              .create(
                  key, bytes, (store, there) -> header(store, there).commitId().equals(commitId));
      if (settled == Settled.OURS) {
        objectBytes.addAndGet(bytes.remaining());
        return new SentPack(new PackId(volume, session, k), bytes.remaining());
      }
    }
  }

  /// Bytes of all objects sent so far.
  long objectBytes() {
    return objectBytes.get();
  }

  /// Reads the header of a pack in one request.
  static PackHeader header(ObjectStore store, String key) {
    byte[] bytes = store.get(key, new ByteRange(0, PackHeader.BYTES));
    try {
      return PackHeader.read(ByteBuffer.wrap(bytes));
    } catch (MalformedException e) {
      throw e.at(key, "its header");
    }
  }
}
