package io.tidemark.repository.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Finds the members of a decoded object that encoding it again would lose, and puts them back.
public final class MoreCodec {
  private MoreCodec() {}

  /// What `original` has and `known`, the same value encoded again, has not; objects are compared
  /// member by member, all else as a whole.
  public static More unknown(ObjectNode original, ObjectNode known) {
    ObjectNode rest = rest(original, known);
    return rest.isEmpty() ? More.NONE : new More(CanonicalJsonCodec.text(rest));
  }

  /// Adds what `more` holds to `object`; a member that is there already wins.
  public static void restore(ObjectNode object, More more) {
    if (!more.isEmpty()) {
      merge(object, decoded(more));
    }
  }

  /// Both together; where both have a member, the later one's stands.
  public static More merged(More earlier, More later) {
    if (earlier.isEmpty() || later.isEmpty()) {
      return earlier.isEmpty() ? later : earlier;
    }
    ObjectNode result = decoded(later);
    merge(result, decoded(earlier));
    return new More(CanonicalJsonCodec.text(result));
  }

  private static ObjectNode decoded(More more) {
    try {
      return CanonicalJsonCodec.decode(more.json());
    } catch (MalformedException e) {
      throw new IllegalStateException("Not text of this codec: " + more.json(), e);
    }
  }

  private static ObjectNode rest(ObjectNode original, ObjectNode known) {
    ObjectNode rest = CanonicalJsonCodec.object();
    for (Map.Entry<String, JsonNode> member : original.properties()) {
      JsonNode here = known.get(member.getKey());
      if (here == null) {
        rest.set(member.getKey(), member.getValue());
      } else if (here instanceof ObjectNode inner && member.getValue() instanceof ObjectNode had) {
        ObjectNode below = rest(had, inner);
        if (!below.isEmpty()) {
          rest.set(member.getKey(), below);
        }
      }
    }
    return rest;
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      JsonNode here = into.get(member.getKey());
      if (here == null) {
        into.set(member.getKey(), member.getValue());
      } else if (here instanceof ObjectNode inner && member.getValue() instanceof ObjectNode more) {
        merge(inner, more);
      }
    }
  }
}
