package io.tidemark.repository.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;

/// The bytes of `requests/<digest>`.
final class RequestMemoryCodec {
  private static final int FORMAT = 1;

  private RequestMemoryCodec() {}

  static byte[] encode(RequestMemory memory, CommitId commitId) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", FORMAT);
    object.put("commitId", commitId.toString());
    object.put("request", memory.request());
    memory.volume().ifPresent(volume -> object.put("volume", volume.text()));
    object.put("number", memory.number());
    memory.snapshot().ifPresent(snapshot -> object.put("snapshot", snapshot.text()));
    memory.target().ifPresent(target -> object.put("target", target.text()));
    memory.policy().ifPresent(policy -> object.put("policy", policy.text()));
    return CanonicalJsonCodec.encode(object);
  }

  static RequestMemory decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    if (fields.number("format", 1, Long.MAX_VALUE) > FORMAT) {
      throw new NewerFormatException("it is of a newer format");
    }
    return new RequestMemory(
        fields.text("request"),
        fields.findValue("volume", VolumeId::new),
        fields.number("number", 0, Long.MAX_VALUE),
        fields.findValue("snapshot", SnapshotId::new),
        fields.findValue("target", VolumeId::new),
        fields.findValue("policy", PolicyId::new));
  }
}
