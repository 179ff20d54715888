package io.tidemark.repository.journal.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import java.util.Optional;

/// A verification travels in the member `verified` of a `described` that changes nothing else; no
/// rule of the fold reads it, and the entry keeps the last one.
public final class VerificationCodec {
  private static final String MEMBER = "verified";

  private VerificationCodec() {}

  /// The members to add to a `described`.
  public static More encode(Verification verification) {
    ObjectNode object = CanonicalJsonCodec.object();
    object
        .putObject(MEMBER)
        .put("at", verification.at().toString())
        .put("bytes", verification.bytes())
        .put("chunks", verification.chunks())
        .put("damaged", verification.damaged());
    return new More(CanonicalJsonCodec.text(object));
  }

  /// The last one of an entry; empty where nobody has noted any.
  public static Optional<Verification> decode(More more) throws MalformedException {
    if (more.isEmpty()) {
      return Optional.empty();
    }
    FieldsCodec all = new FieldsCodec(CanonicalJsonCodec.decode(more.json()));
    if (!all.has(MEMBER)) {
      return Optional.empty();
    }
    FieldsCodec fields = new FieldsCodec(all.object(MEMBER));
    return Optional.of(
        new Verification(
            fields.time("at"),
            fields.number("chunks", 0, Long.MAX_VALUE),
            fields.number("bytes", 0, Long.MAX_VALUE),
            fields.number("damaged", 0, Long.MAX_VALUE)));
  }
}
