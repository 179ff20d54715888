package io.tidemark.repository.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.format.MoreCodec;
import java.util.Optional;

/// Encodes what the events and states of one kind of journal say, member by member.
public interface BodyCodec<E, S> {
  /// The type under which `event` is stored.
  String type(E event);

  /// The members of `event` that this Tidemark knows, without those of its header.
  ObjectNode known(E event);

  /// Those that it does not know.
  More more(E event);

  /// The event of that type with these members, the header's among them, and with `more`; empty for
  /// an unknown type.
  Optional<E> decode(String type, ObjectNode members, More more) throws MalformedException;

  /// All members of `event`, without those of its header.
  default ObjectNode encode(E event) {
    ObjectNode object = known(event);
    MoreCodec.restore(object, more(event));
    return object;
  }

  /// The event of that type with these members, the header's among them; empty for an unknown type.
  default Optional<E> decode(String type, ObjectNode members) throws MalformedException {
    Optional<E> plain = decode(type, members, More.NONE);
    if (plain.isEmpty()) {
      return plain;
    }
    More more = MoreCodec.unknown(members, known(plain.get()));
    return more.isEmpty() ? plain : decode(type, members, more);
  }

  ObjectNode encodeState(S state);

  S decodeState(ObjectNode state) throws MalformedException;
}
