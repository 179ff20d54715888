package io.tidemark.repository.probe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.store.BucketFacts.Versioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The bytes of `probes/<ñ>`.
final class VerdictCodec {
  private static final int FORMAT = 1;

  private VerdictCodec() {}

  static byte[] encode(Verdict verdict, CommitId commitId) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("format", FORMAT);
    object.put("commitId", commitId.toString());
    object.put("at", verdict.at().toString());
    object.put("server", verdict.server());
    object.put("versioning", verdict.versioning().name().toLowerCase(Locale.ROOT));
    ArrayNode findings = object.putArray("findings");
    for (Finding finding : verdict.findings()) {
      ObjectNode each = findings.addObject().put("fact", finding.fact());
      finding.failure().ifPresent(failure -> each.put("failure", failure));
    }
    return CanonicalJsonCodec.encode(object);
  }

  static Verdict decode(byte[] bytes) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(CanonicalJsonCodec.decode(bytes));
    if (fields.number("format", 1, Long.MAX_VALUE) > FORMAT) {
      throw new NewerFormatException("it is a verdict of a newer form");
    }
    List<Finding> findings = new ArrayList<>();
    for (ObjectNode each : fields.objects("findings")) {
      FieldsCodec finding = new FieldsCodec(each);
      findings.add(new Finding(finding.text("fact"), finding.findText("failure")));
    }
    return new Verdict(
        fields.time("at"),
        fields.text("server"),
        fields.value("versioning", text -> Versioning.valueOf(text.toUpperCase(Locale.ROOT))),
        findings);
  }
}
