package io.tidemark.repository.journal.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;

/// The member `scan` of a snapshot's facts.
final class ScanFactsCodec {
  private static final String FULL = "full";
  private static final String TRACKED = "tracked";
  private static final String DISTRUSTED = "distrusted";

  private ScanFactsCodec() {}

  static ObjectNode encode(ScanFacts scan) {
    ObjectNode object = CanonicalJsonCodec.object();
    switch (scan) {
      case ScanFacts.Full(String reason) -> {
        object.put("kind", FULL);
        if (!reason.isEmpty()) {
          object.put("reason", reason);
        }
      }
      case ScanFacts.Tracked tracked -> {
        object.put("kind", TRACKED);
        object.put("tracker", tracked.tracker());
        object.put("reportedBytes", tracked.reportedBytes());
        object.put("sampledChunks", tracked.sampledChunks());
        tracked.fullScanAt().ifPresent(at -> object.put("fullScanAt", at.toString()));
        object.put("sinceFullScan", tracked.sinceFullScan());
      }
      case ScanFacts.Distrusted(String tracker, long wrongOffsetBytes) -> {
        object.put("kind", DISTRUSTED);
        object.put("tracker", tracker);
        object.put("wrongOffsetBytes", wrongOffsetBytes);
      }
    }
    return object;
  }

  static ScanFacts decode(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    return switch (fields.text("kind")) {
      case FULL -> new ScanFacts.Full(fields.findText("reason").orElse(""));
      case TRACKED ->
          new ScanFacts.Tracked(
              fields.text("tracker"),
              fields.countOrZero("reportedBytes"),
              fields.countOrZero("sampledChunks"),
              fields.findTime("fullScanAt"),
              fields.number("sinceFullScan", 1, Long.MAX_VALUE));
      case DISTRUSTED ->
          new ScanFacts.Distrusted(fields.text("tracker"), fields.countOrZero("wrongOffsetBytes"));
      case String kind -> throw new MalformedException("its 'kind' is '" + kind + "'");
    };
  }
}
