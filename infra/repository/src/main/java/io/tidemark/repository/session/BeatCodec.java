package io.tidemark.repository.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;

/// The bytes of a beat (FORMAT.md, «Beats»).
final class BeatCodec {
  private BeatCodec() {}

  static byte[] encode(Beat beat) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", 1);
    object.put("at", beat.at().toString());
    object.put("totalBytes", beat.totalBytes());
    object.put("readBytes", beat.readBytes());
    object.put("changedBytes", beat.changedBytes());
    object.put("sentBytes", beat.sentBytes());
    return CanonicalJsonCodec.encode(object);
  }

  static Beat decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    return new Beat(
        fields.time("at"),
        fields.countOrZero("totalBytes"),
        fields.countOrZero("readBytes"),
        fields.countOrZero("changedBytes"),
        fields.countOrZero("sentBytes"));
  }
}
