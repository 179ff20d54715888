package io.tidemark.repository.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.CompressedCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The bytes of an audit (FORMAT.md, «Audits»).
final class AuditCodec {
  private AuditCodec() {}

  static byte[] encode(Audit audit) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", 1);
    object.put("number", audit.number());
    object.put("at", audit.at().toString());
    object.put("actor", audit.actor());
    ArrayNode deleted = object.putArray("deleted");
    audit.deleted().forEach(deleted::add);
    ArrayNode unreadable = object.putArray("unreadable");
    audit.unreadable().forEach(unreadable::add);
    ArrayNode lists = object.putArray("checkedLists");
    audit.checkedLists().stream().sorted().forEach(id -> lists.add(id.toString()));
    return CompressedCodec.encode(CanonicalJsonCodec.encode(object));
  }

  static Audit decode(byte[] stored) throws MalformedException {
    ObjectNode object = CanonicalJsonCodec.decode(CompressedCodec.decode(stored));
    FieldsCodec fields = new FieldsCodec(object);
    Set<ChunkId> lists = new HashSet<>();
    for (String id : texts(object, "checkedLists")) {
      try {
        lists.add(ChunkId.parse(id));
      } catch (IllegalArgumentException e) {
        throw new MalformedException("its 'checkedLists' is wrong: " + e.getMessage());
      }
    }
    return new Audit(
        fields.number("number", 0, Long.MAX_VALUE),
        fields.time("at"),
        fields.text("actor"),
        texts(object, "deleted"),
        texts(object, "unreadable"),
        lists);
  }

  private static List<String> texts(ObjectNode object, String name) throws MalformedException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : object.path(name)) {
      if (!element.isTextual()) {
        throw new MalformedException("its '" + name + "' holds something that is not text");
      }
      texts.add(element.textValue());
    }
    return texts;
  }
}
