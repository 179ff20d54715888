package io.tidemark.repository.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.CompressedCodec;
import io.tidemark.repository.format.MalformedException;
import java.util.function.Consumer;

/// Events as another implementation might write them: sound, and not what this one writes.
public final class EventBytes {
  private EventBytes() {}

  /// The stored bytes of an event with these members.
  public static byte[] summed(ObjectNode object) {
    object.remove("sum");
    object.put("sum", EventCodec.hash(CanonicalJsonCodec.encode(object)).substring(0, 32));
    return CompressedCodec.encode(CanonicalJsonCodec.encode(object));
  }

  /// A stored event changed, and sound again.
  public static byte[] changed(byte[] stored, Consumer<ObjectNode> change) {
    ObjectNode object = object(stored);
    change.accept(object);
    return summed(object);
  }

  public static ObjectNode object(byte[] stored) {
    try {
      return CanonicalJsonCodec.decode(CompressedCodec.decode(stored));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
