package io.tidemark.repository.journal.volume;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;

/// Wishes travel in the members `group` and `quiesce`, which no rule of the fold reads: they go
/// from `requested` to the entry unchanged.
public final class WishesCodec {
  private WishesCodec() {}

  /// The members to add to a `requested`.
  public static More encode(Wishes wishes) {
    if (wishes.equals(Wishes.NONE)) {
      return More.NONE;
    }
    ObjectNode object = CanonicalJsonCodec.object();
    wishes.group().ifPresent(group -> object.put("group", group));
    if (!wishes.quiesce().isEmpty()) {
      ArrayNode steps = object.putArray("quiesce");
      wishes.quiesce().forEach(steps::add);
    }
    return new More(CanonicalJsonCodec.text(object));
  }

  /// What an entry's other members wish.
  public static Wishes decode(More more) throws MalformedException {
    if (more.isEmpty()) {
      return Wishes.NONE;
    }
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(more.json()));
    return new Wishes(fields.findText("group"), fields.textList("quiesce"));
  }
}
