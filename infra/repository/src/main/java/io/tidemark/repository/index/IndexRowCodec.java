package io.tidemark.repository.index;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.key.VolumeId;
import java.util.ArrayList;
import java.util.List;

/// The bytes of an object under `index/created/`.
final class IndexRowCodec {
  private static final int FORMAT = 1;

  private IndexRowCodec() {}

  static byte[] encode(IndexRow row) {
    ObjectNode object = header(row.volume(), row.number());
    object.set("entry", VolumeBodyCodec.encode(row.entry()));
    if (!row.holds().isEmpty()) {
      ArrayNode holds = object.putArray("holds");
      row.holds().forEach(hold -> holds.add(VolumeBodyCodec.encode(hold)));
    }
    return CanonicalJsonCodec.encode(object);
  }

  /// Of a snapshot that is no more.
  static byte[] encodeRemoved(VolumeId volume, long number) {
    return CanonicalJsonCodec.encode(header(volume, number));
  }

  private static ObjectNode header(VolumeId volume, long number) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", FORMAT);
    object.put("volume", volume.text());
    object.put("number", number);
    return object;
  }

  static IndexRow decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    if (fields.number("format", 1, Long.MAX_VALUE) > FORMAT) {
      throw new NewerFormatException("it is of a newer format");
    }
    Entry entry = VolumeBodyCodec.entry(fields.object("entry"));
    List<Hold> holds = new ArrayList<>();
    for (ObjectNode hold : fields.objects("holds")) {
      holds.add(VolumeBodyCodec.hold(hold));
    }
    return new IndexRow(
        fields.value("volume", VolumeId::new),
        fields.number("number", 1, Long.MAX_VALUE),
        entry,
        holds);
  }
}
