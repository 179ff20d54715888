package io.tidemark.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;

/// The bytes of `tidemark.json`.
final class RepositoryInfoCodec {
  private RepositoryInfoCodec() {}

  static byte[] encode(RepositoryInfo info) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", info.format());
    object.put("repository", info.id());
    object.put("hash", info.hash());
    object.put("region", info.region());
    return CanonicalJsonCodec.encode(object);
  }

  static RepositoryInfo decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    long format = fields.number("format", 1, Integer.MAX_VALUE);
    if (format > RepositoryInfo.FORMAT) {
      throw new NewerFormatException("the repository has format " + format);
    }
    String hash = fields.text("hash");
    if (!hash.equals(RepositoryInfo.SHA_256)) {
      throw new NewerFormatException("its chunks are named by " + hash);
    }
    return new RepositoryInfo((int) format, fields.text("repository"), hash, fields.text("region"));
  }
}
