package io.tidemark.repository.pack;

import io.tidemark.repository.key.CommitId;
import java.nio.ByteBuffer;

/// Sends the packs of one session. Safe for many threads at once.
public interface PackSender {

  /// Sends a pack under the next free number of the session and returns once the store holds it. A
  /// number that another incarnation of this session took is skipped: the pack is encoded anew
  /// under the next one. Every later call gets a higher number.
  ///
  /// @throws io.tidemark.repository.store.StoreException when it could not be sent
  SentPack send(PackEncoding pack);

  /// A pack but for its number.
  interface PackEncoding {
    /// The whole object under number `k`. May be asked again, with another number; the bytes are
    /// left alone until then or until [PackSender#send] returns.
    ByteBuffer encode(int k, CommitId commitId);
  }

  /// A pack that the store holds.
  record SentPack(PackId id, int objectBytes) {}
}
