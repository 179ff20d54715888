package io.tidemark.repository.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.util.Optional;

/// Roots and references in events and states (FORMAT.md, «Roots»).
public final class RootCodec {
  private RootCodec() {}

  public static ObjectNode encode(Root root) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("volume", root.volume().text());
    object.put("sizeBytes", root.sizeBytes());
    root.map().ifPresent(map -> object.set("map", encode(map)));
    object.set("packList", encode(root.packList()));
    object.put("listCommit", root.listCommit());
    return object;
  }

  public static Root decode(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    return new Root(
        fields.value("volume", VolumeId::new),
        fields.number("sizeBytes", 0, Long.MAX_VALUE),
        fields.has("map") ? Optional.of(reference(fields.object("map"))) : Optional.empty(),
        reference(fields.object("packList")),
        fields.number("listCommit", 1, Long.MAX_VALUE));
  }

  public static ObjectNode encode(Reference reference) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("id", reference.id().toString());
    object.put("volume", reference.pack().volume().text());
    object.put("session", reference.pack().session());
    object.put("k", reference.pack().k());
    object.put("offset", reference.offsetBytes());
    object.put("length", reference.lengthBytes());
    return object;
  }

  public static Reference reference(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    PackId pack =
        new PackId(
            fields.value("volume", VolumeId::new),
            fields.number("session", 1, Long.MAX_VALUE),
            (int) fields.number("k", 0, PackId.LARGEST_K));
    return new Reference(
        fields.value("id", ChunkId::parse),
        pack,
        (int) fields.number("offset", 0, Integer.MAX_VALUE),
        (int) fields.number("length", 1, Integer.MAX_VALUE));
  }
}
