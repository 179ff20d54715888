package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.ShownSnapshot.ShownHold;
import io.tidemark.repository.snapshot.Snapshot;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A snapshot as JSON and as text.
final class SnapshotFace {
  private SnapshotFace() {}

  static void json(JsonWriter json, Snapshot snapshot) {
    json(json, snapshot, snapshot.entry().phase().word());
  }

  /// Only which snapshot it is, as the first members of a document about it.
  static JsonWriter which(JsonWriter members, Snapshot snapshot) {
    return members
        .put("snapshot", snapshot.entry().snapshot().text())
        .put("volume", snapshot.volume().name());
  }

  /// @param more members behind the others
  static void json(JsonWriter json, Snapshot snapshot, JsonWriter.Part more) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    json.object(
        members -> {
          members(members, shown, shown.state(), Optional.empty());
          more.write(members);
        });
  }

  /// @param state the word for where it stands now
  static void json(JsonWriter json, Snapshot snapshot, String state) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    json.object(members -> members(members, shown, state, Optional.empty()));
  }

  /// @param trashEndsAt until when it can be brought back; empty for one that is not in the trash
  static void json(JsonWriter json, Snapshot snapshot, Optional<Instant> trashEndsAt) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    json.object(members -> members(members, shown, shown.state(), trashEndsAt));
  }

  private static void members(
      JsonWriter json, ShownSnapshot shown, String state, Optional<Instant> trashEndsAt) {
    json.put("id", shown.id())
        .put("volume", shown.volume())
        .put("volumeId", shown.volumeId())
        .put("name", shown.name())
        .put("state", state)
        .put("origin", shown.origin())
        .put("requestedAt", shown.requestedAt().toString())
        .put("instantAt", shown.instantAt())
        .put("committedAt", shown.committedAt())
        .put("sizeBytes", shown.sizeBytes())
        .put("readBytes", shown.readBytes())
        .put("changedBytes", shown.changedBytes())
        .put("sentBytes", shown.sentBytes())
        .put("storedBytes", shown.storedBytes())
        .put("requests", shown.requests())
        .put("parent", shown.parent())
        .put("consistency", shown.consistency())
        .put("seconds", shown.seconds())
        .put("heldMilliseconds", shown.heldMilliseconds())
        .put("tags", shown.tags())
        .put("expires", shown.expires())
        .array("holds", shown.holds(), hold -> hold(json, hold))
        .put("reason", shown.reason());
    ScanFace.json(json, shown.scan());
    json.put("trashEndsAt", trashEndsAt.map(at -> at.truncatedTo(ChronoUnit.MILLIS)));
  }

  private static void hold(JsonWriter json, ShownHold hold) {
    json.object(
        members ->
            members
                .put("number", hold.number())
                .put("kind", hold.kind())
                .put("owner", hold.owner())
                .put("reason", hold.reason()));
  }

  static void text(PrintWriter out, Snapshot snapshot, Optional<Instant> trashEndsAt) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    line(out, "id", shown.id());
    line(out, "volume", shown.volume() + " (" + shown.volumeId() + ")");
    line(out, "name", shown.name());
    line(out, "tags", tags(shown.tags()));
    line(out, "state", shown.state());
    line(out, "reason", shown.reason().orElse(""));
    line(out, "requested", time(shown.requestedAt()));
    line(
        out,
        "instant",
        shown
            .instantAt()
            .map(at -> time(at) + " (" + shown.consistency().orElse("") + ")")
            .orElse(""));
    line(out, "committed", shown.committedAt().map(SnapshotFace::time).orElse(""));
    line(out, "trash ends", trashEndsAt.map(SnapshotFace::time).orElse(""));
    line(out, "expires", shown.expires().map(SnapshotFace::time).orElse(""));
    line(out, "parent", shown.parent().orElse(""));
    line(out, "size", shown.sizeBytes().map(ByteCount::text).orElse(""));
    line(out, "read", shown.readBytes().map(ByteCount::text).orElse(""));
    line(out, "scan", shown.scan().map(ScanFace::text).orElse(""));
    line(out, "changed", shown.changedBytes().map(ByteCount::text).orElse(""));
    line(
        out,
        "sent",
        shown
            .sentBytes()
            .map(sent -> ByteCount.text(sent) + " in " + shown.requests().orElse(0L) + " requests")
            .orElse(""));
    line(out, "stored", shown.storedBytes().map(ByteCount::text).orElse(""));
    line(out, "held", shown.heldMilliseconds().map(held -> held + " ms").orElse(""));
    line(out, "took", shown.seconds().map(SnapshotFace::seconds).orElse(""));
    for (ShownHold hold : shown.holds()) {
      String why = hold.reason().isEmpty() ? "" : ": " + hold.reason();
      line(out, "hold", hold.kind() + " " + hold.owner() + why);
    }
  }

  static void table(PrintWriter out, List<Snapshot> snapshots) {
    if (snapshots.isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            "ID", "VOLUME", "NAME", "STATE", "INSTANT", "SIZE", "SENT", "CONSISTENCY", "HELD");
    for (Snapshot snapshot : snapshots) {
      ShownSnapshot shown = ShownSnapshot.of(snapshot);
      table.add(
          shown.id(),
          shown.volume(),
          shown.name(),
          shown.state(),
          shown.instantAt().map(SnapshotFace::time).orElse(""),
          shown.sizeBytes().map(ByteCount::text).orElse(""),
          shown.sentBytes().map(ByteCount::text).orElse(""),
          shown.consistency().orElse(""),
          shown.heldMilliseconds().map(held -> held + " ms").orElse(""));
    }
    table.print(out);
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String time(Optional<Instant> at) {
    return at.map(SnapshotFace::time).orElse("");
  }

  static String seconds(BigDecimal seconds) {
    return seconds.setScale(1, RoundingMode.HALF_UP) + " s";
  }

  private static String tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining(" "));
  }

  /// Nothing for what there is not.
  private static void line(PrintWriter out, String label, String value) {
    if (!value.isEmpty()) {
      out.println(label + " ".repeat(11 - label.length()) + Shown.of(value));
    }
  }
}
