package io.tidemark.repository.chunk;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Names plaintexts by their SHA-256. For one thread at a time.
public final class ChunkHasher {
  private final MessageDigest digest;
  private final byte[] bytes = new byte[ChunkId.BYTES];
  private final ByteBuffer words = ByteBuffer.wrap(bytes);

  public ChunkHasher() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime has no SHA-256", e);
    }
  }

  /// The id of the remaining bytes, direct or on the heap; position and limit are not moved.
  public ChunkId id(ByteBuffer plaintext) {
    int position = plaintext.position();
    digest.update(plaintext);
    plaintext.position(position);
    try {
      digest.digest(bytes, 0, bytes.length);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
    return ChunkId.read(words.rewind());
  }
}
