package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.source.Outlook;
import java.util.ArrayList;
import java.util.List;

/// What snapshots of a volume will be like, as JSON and as text.
final class OutlookFace {
  private OutlookFace() {}

  static void members(JsonWriter json, Outlook outlook) {
    json.object(
        "outlook",
        members ->
            members
                .put("instant", outlook.instant())
                .put("changes", outlook.changes())
                .put("reads", outlook.cost())
                .put("heldBytes", outlook.heldBytes().stream().boxed().findFirst())
                .array("better", outlook.better(), json::text));
  }

  static List<String> lines(Outlook outlook) {
    List<String> lines = new ArrayList<>();
    lines.add("instant    " + Shown.of(outlook.instant()));
    lines.add("changes    " + Shown.of(outlook.changes()));
    lines.add("reads      " + Shown.of(outlook.cost()));
    outlook
        .heldBytes()
        .ifPresent(
            held ->
                lines.add(
                    "clones     at least "
                        + ByteCount.text(held)
                        + " kept until the next snapshot, beyond what the volume has itself"));
    outlook.better().forEach(way -> lines.add("better     " + Shown.of(way)));
    return lines;
  }
}
