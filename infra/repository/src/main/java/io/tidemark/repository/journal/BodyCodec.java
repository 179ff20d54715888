package io.tidemark.repository.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.MalformedException;
import java.util.Optional;

/// Encodes what the events and states of one kind of journal say, member by member.
public interface BodyCodec<E, S> {
  /// The type under which `event` is stored.
  String type(E event);

  /// The members of `event`, without those of its header.
  ObjectNode encode(E event);

  /// The event of that type with these members, the header's among them; empty for an unknown type.
  Optional<E> decode(String type, ObjectNode members) throws MalformedException;

  ObjectNode encodeState(S state);

  S decodeState(ObjectNode state) throws MalformedException;
}
