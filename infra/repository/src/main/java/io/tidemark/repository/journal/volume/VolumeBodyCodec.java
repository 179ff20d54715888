package io.tidemark.repository.journal.volume;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.format.MoreCodec;
import io.tidemark.repository.journal.BodyCodec;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.RootCodec;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// The members of a volume's events and state (FORMAT.md, «The journal of a volume»).
public final class VolumeBodyCodec implements BodyCodec<VolumeEvent, VolumeState> {
  @Override
  public String type(VolumeEvent event) {
    return switch (event) {
      case VolumeEvent.Opened _ -> "opened";
      case VolumeEvent.Requested _ -> "requested";
      case VolumeEvent.Begun _ -> "begun";
      case VolumeEvent.Committed _ -> "committed";
      case VolumeEvent.Failed _ -> "failed";
      case VolumeEvent.Removed _ -> "removed";
      case VolumeEvent.Trashed _ -> "trashed";
      case VolumeEvent.Restored _ -> "restored";
      case VolumeEvent.Held _ -> "held";
      case VolumeEvent.Released _ -> "released";
      case VolumeEvent.Described _ -> "described";
      case VolumeEvent.Closed _ -> "closed";
    };
  }

  @Override
  public More more(VolumeEvent event) {
    return event.more();
  }

  @Override
  public ObjectNode known(VolumeEvent event) {
    ObjectNode object = CanonicalJsonCodec.object();
    switch (event) {
      case VolumeEvent.Opened opened -> {
        object.put("volume", opened.volume().text());
        object.put("name", opened.name());
        object.put("chunkBytes", opened.chunkSize().bytes());
      }
      case VolumeEvent.Requested requested -> {
        object.put("snapshot", requested.snapshot().text());
        putLabel(object, requested.label());
        object.put("origin", requested.origin().text());
        putSchedule(object, requested.schedule());
        object.put("host", requested.host());
        requested.latestInstant().ifPresent(at -> object.put("latestInstant", at.toString()));
      }
      case VolumeEvent.Begun begun -> {
        object.put("snapshot", begun.snapshot().text());
        putLabel(object, begun.label());
        object.put("origin", begun.origin().text());
        object.put("requestedAt", begun.requestedAt().toString());
        object.put("host", begun.host());
        object.put("token", begun.token().toString());
        begun.parent().ifPresent(parent -> object.set("parent", parent(parent)));
      }
      case VolumeEvent.Committed committed -> {
        object.put("snapshot", committed.snapshot().text());
        object.put("session", committed.session());
        object.put("token", committed.token().toString());
        object.put("sizeBytes", committed.sizeBytes());
        committed.map().ifPresent(map -> object.set("map", RootCodec.encode(map)));
        object.set("packList", RootCodec.encode(committed.packList()));
        if (committed.listCommit() != 0) {
          object.put("listCommit", committed.listCommit());
        }
        object.set("facts", facts(committed.facts()));
      }
      case VolumeEvent.Failed failed -> {
        object.put("snapshot", failed.snapshot().text());
        object.put("reason", failed.reason());
      }
      case VolumeEvent.Removed removed -> {
        object.put("snapshot", removed.snapshot().text());
        object.put("reason", removed.reason());
      }
      case VolumeEvent.Trashed trashed -> object.put("snapshot", trashed.snapshot().text());
      case VolumeEvent.Restored restored -> object.put("snapshot", restored.snapshot().text());
      case VolumeEvent.Held held -> {
        object.put("snapshot", held.snapshot().text());
        object.set("root", RootCodec.encode(held.root()));
        object.put("kind", held.kind().text());
        object.put("owner", held.owner());
        object.put("reason", held.reason());
        held.restore().ifPresent(restore -> object.set("restore", restore(restore)));
      }
      case VolumeEvent.Released released -> {
        object.put("hold", released.hold());
        object.put("outcome", released.outcome());
      }
      case VolumeEvent.Described described -> {
        object.put("snapshot", described.snapshot().text());
        putLabel(object, described.label());
      }
      case VolumeEvent.Closed _ -> {}
    }
    return object;
  }

  @Override
  public Optional<VolumeEvent> decode(String type, ObjectNode members, More more)
      throws MalformedException {
    FieldsCodec fields = new FieldsCodec(members);
    return Optional.ofNullable(
        switch (type) {
          case "opened" ->
              new VolumeEvent.Opened(
                  fields.value("volume", VolumeId::new),
                  fields.text("name"),
                  chunkSize(fields),
                  more);
          case "requested" ->
              new VolumeEvent.Requested(
                  snapshot(fields),
                  label(fields),
                  fields.value("origin", Origin::parse),
                  schedule(fields),
                  fields.text("host"),
                  fields.findTime("latestInstant"),
                  more);
          case "begun" ->
              new VolumeEvent.Begun(
                  snapshot(fields),
                  label(fields),
                  fields.value("origin", Origin::parse),
                  fields.time("requestedAt"),
                  fields.text("host"),
                  fields.value("token", Token::parse),
                  parent(fields),
                  more);
          case "committed" ->
              new VolumeEvent.Committed(
                  snapshot(fields),
                  fields.number("session", 1, Long.MAX_VALUE),
                  fields.value("token", Token::parse),
                  fields.number("sizeBytes", 0, Long.MAX_VALUE),
                  fields.has("map")
                      ? Optional.of(RootCodec.reference(fields.object("map")))
                      : Optional.empty(),
                  RootCodec.reference(fields.object("packList")),
                  fields.countOrZero("listCommit"),
                  facts(fields.object("facts")),
                  more);
          case "failed" -> new VolumeEvent.Failed(snapshot(fields), fields.text("reason"), more);
          case "removed" -> new VolumeEvent.Removed(snapshot(fields), fields.text("reason"), more);
          case "trashed" -> new VolumeEvent.Trashed(snapshot(fields), more);
          case "restored" -> new VolumeEvent.Restored(snapshot(fields), more);
          case "held" ->
              new VolumeEvent.Held(
                  snapshot(fields),
                  RootCodec.decode(fields.object("root")),
                  fields.value("kind", Hold.Kind::parse),
                  fields.text("owner"),
                  fields.text("reason"),
                  restore(fields),
                  more);
          case "released" ->
              new VolumeEvent.Released(
                  fields.number("hold", 1, Long.MAX_VALUE), fields.text("outcome"), more);
          case "described" -> new VolumeEvent.Described(snapshot(fields), label(fields), more);
          case "closed" -> new VolumeEvent.Closed(more);
          default -> null;
        });
  }

  @Override
  public ObjectNode encodeState(VolumeState state) {
    ObjectNode object = CanonicalJsonCodec.object();
    state
        .volume()
        .ifPresent(
            volume -> {
              object.put("volume", volume.id().text());
              object.put("name", volume.name());
              object.put("chunkBytes", volume.chunkSize().bytes());
            });
    object.put("closed", state.life() == VolumeState.Life.CLOSED);
    ArrayNode entries = object.putArray("entries");
    state.entries().values().forEach(entry -> entries.add(encode(entry)));
    ArrayNode holds = object.putArray("holds");
    state.holds().values().forEach(hold -> holds.add(encode(hold)));
    MoreCodec.restore(object, state.more());
    return object;
  }

  @Override
  public VolumeState decodeState(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    Optional<VolumeState.Opened> volume = Optional.empty();
    if (fields.has("volume")) {
      volume =
          Optional.of(
              new VolumeState.Opened(
                  fields.value("volume", VolumeId::new), fields.text("name"), chunkSize(fields)));
    }
    SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>();
    for (ObjectNode member : fields.objects("entries")) {
      Entry entry = entry(member);
      entries.put(entry.snapshot(), entry);
    }
    SortedMap<Long, Hold> holds = new TreeMap<>();
    for (ObjectNode member : fields.objects("holds")) {
      Hold hold = hold(member);
      holds.put(hold.number(), hold);
    }
    VolumeState.Life life = fields.flag("closed") ? VolumeState.Life.CLOSED : VolumeState.Life.OPEN;
    VolumeState plain = new VolumeState(volume, life, entries, holds, More.NONE);
    return new VolumeState(
        volume, life, entries, holds, MoreCodec.unknown(object, encodeState(plain)));
  }

  /// The stored form of an entry.
  public static ObjectNode encode(Entry entry) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("snapshot", entry.snapshot().text());
    putLabel(object, entry.label());
    object.put("origin", entry.origin().text());
    putSchedule(object, entry.schedule());
    object.put("born", entry.born());
    object.put("since", entry.since());
    object.put("requestedAt", entry.requestedAt().toString());
    object.put("state", entry.phase().word());
    switch (entry.phase()) {
      case Phase.Requested requested -> {
        object.put("host", requested.host());
        requested.latestInstant().ifPresent(at -> object.put("latestInstant", at.toString()));
      }
      case Phase.Creating creating -> {
        object.put("session", creating.session());
        object.put("token", creating.token().toString());
        object.put("host", creating.host());
        creating.parent().ifPresent(parent -> object.set("parent", parent(parent)));
      }
      case Phase.Ready(Phase.Content content) -> object.set("content", content(content));
      case Phase.Trashed(Phase.Content content) -> object.set("content", content(content));
      case Phase.Failed(String reason) -> object.put("reason", reason);
    }
    MoreCodec.restore(object, entry.more());
    return object;
  }

  /// The entry whose stored form this is.
  public static Entry entry(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    String state = fields.text("state");
    Phase phase =
        switch (state) {
          case "REQUESTED" ->
              new Phase.Requested(fields.text("host"), fields.findTime("latestInstant"));
          case "CREATING" ->
              new Phase.Creating(
                  fields.number("session", 1, Long.MAX_VALUE),
                  fields.value("token", Token::parse),
                  fields.text("host"),
                  parent(fields));
          case "READY" -> new Phase.Ready(content(fields.object("content")));
          case "TRASHED" -> new Phase.Trashed(content(fields.object("content")));
          case "FAILED" -> new Phase.Failed(fields.text("reason"));
          default -> throw new MalformedException("an entry has the unknown state '" + state + "'");
        };
    Entry plain =
        new Entry(
            snapshot(fields),
            label(fields),
            fields.value("origin", Origin::parse),
            schedule(fields),
            fields.number("born", 1, Long.MAX_VALUE),
            fields.number("since", 1, Long.MAX_VALUE),
            fields.time("requestedAt"),
            phase,
            More.NONE);
    More more = MoreCodec.unknown(object, encode(plain));
    return more.isEmpty() ? plain : plain.with(plain.label(), more);
  }

  /// The stored form of a hold.
  public static ObjectNode encode(Hold hold) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("number", hold.number());
    object.put("snapshot", hold.snapshot().text());
    object.set("root", RootCodec.encode(hold.root()));
    object.put("kind", hold.kind().text());
    object.put("owner", hold.owner());
    object.put("reason", hold.reason());
    hold.restore().ifPresent(restore -> object.set("restore", restore(restore)));
    MoreCodec.restore(object, hold.more());
    return object;
  }

  /// The hold whose stored form this is.
  public static Hold hold(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    Hold plain = hold(fields, More.NONE);
    return hold(fields, MoreCodec.unknown(object, encode(plain)));
  }

  private static Hold hold(FieldsCodec fields, More more) throws MalformedException {
    return new Hold(
        fields.number("number", 1, Long.MAX_VALUE),
        snapshot(fields),
        RootCodec.decode(fields.object("root")),
        fields.value("kind", Hold.Kind::parse),
        fields.text("owner"),
        fields.text("reason"),
        restore(fields),
        more);
  }

  private static SnapshotId snapshot(FieldsCodec fields) throws MalformedException {
    return fields.value("snapshot", SnapshotId::new);
  }

  private static ChunkSize chunkSize(FieldsCodec fields) throws MalformedException {
    long bytes = fields.number("chunkBytes", ChunkSize.SMALLEST_BYTES, ChunkSize.LARGEST_BYTES);
    if (Long.bitCount(bytes) != 1) {
      throw new MalformedException("its 'chunkBytes' is " + bytes + ", not a power of two");
    }
    return new ChunkSize((int) bytes);
  }

  private static void putLabel(ObjectNode object, Label label) {
    if (!label.name().isEmpty()) {
      object.put("name", label.name());
    }
    if (!label.tags().isEmpty()) {
      ObjectNode tags = object.putObject("tags");
      label.tags().forEach(tags::put);
    }
    label.expires().ifPresent(at -> object.put("expires", at.toString()));
  }

  private static void putSchedule(ObjectNode object, Optional<Schedule> schedule) {
    schedule.ifPresent(
        known -> {
          object.put("policy", known.policy().text());
          object.put("due", known.due().toString());
        });
  }

  private static Optional<Schedule> schedule(FieldsCodec fields) throws MalformedException {
    return fields.has("policy")
        ? Optional.of(new Schedule(fields.value("policy", PolicyId::new), fields.time("due")))
        : Optional.empty();
  }

  private static Label label(FieldsCodec fields) throws MalformedException {
    return new Label(
        fields.findText("name").orElse(""), fields.texts("tags"), fields.findTime("expires"));
  }

  private static ObjectNode parent(Phase.Parent parent) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("snapshot", parent.snapshot().text());
    object.set("root", RootCodec.encode(parent.root()));
    object.put("commit", parent.commit());
    return object;
  }

  private static Optional<Phase.Parent> parent(FieldsCodec fields) throws MalformedException {
    if (!fields.has("parent")) {
      return Optional.empty();
    }
    FieldsCodec parent = new FieldsCodec(fields.object("parent"));
    Root root = RootCodec.decode(parent.object("root"));
    return Optional.of(new Phase.Parent(snapshot(parent), root, parent.countOrZero("commit")));
  }

  private static ObjectNode restore(Hold.Restore restore) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("host", restore.host());
    object.put("target", restore.target());
    restore.latestStart().ifPresent(at -> object.put("latestStart", at.toString()));
    restore.request().ifPresent(request -> object.put("request", request));
    return object;
  }

  private static Optional<Hold.Restore> restore(FieldsCodec fields) throws MalformedException {
    if (!fields.has("restore")) {
      return Optional.empty();
    }
    FieldsCodec restore = new FieldsCodec(fields.object("restore"));
    return Optional.of(
        new Hold.Restore(
            restore.text("host"),
            restore.text("target"),
            restore.findTime("latestStart"),
            restore.findText("request")));
  }

  private static ObjectNode content(Phase.Content content) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.set("root", RootCodec.encode(content.root()));
    object.put("session", content.session());
    object.put("token", content.token().toString());
    object.put("commit", content.commit());
    content.parent().ifPresent(parent -> object.put("parent", parent.text()));
    if (content.parentCommit() != 0) {
      object.put("parentCommit", content.parentCommit());
    }
    object.put("committedAt", content.committedAt().toString());
    object.set("facts", facts(content.facts()));
    return object;
  }

  private static Phase.Content content(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    return new Phase.Content(
        RootCodec.decode(fields.object("root")),
        fields.number("session", 1, Long.MAX_VALUE),
        fields.value("token", Token::parse),
        fields.number("commit", 1, Long.MAX_VALUE),
        fields.findValue("parent", SnapshotId::new),
        fields.countOrZero("parentCommit"),
        fields.time("committedAt"),
        facts(fields.object("facts")));
  }

  private static ObjectNode facts(SnapshotFacts facts) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("instantAt", facts.instantAt().toString());
    object.put("consistency", facts.consistency().name().toLowerCase(Locale.ROOT));
    object.put("readBytes", facts.readBytes());
    object.put("changedBytes", facts.changedBytes());
    object.put("sentBytes", facts.sentBytes());
    object.put("storedBytes", facts.storedBytes());
    object.put("requests", facts.requests());
    object.put("milliseconds", facts.milliseconds());
    facts.scan().ifPresent(scan -> object.set("scan", ScanFactsCodec.encode(scan)));
    facts.heldMilliseconds().ifPresent(held -> object.put("heldMilliseconds", held));
    return object;
  }

  private static SnapshotFacts facts(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    return new SnapshotFacts(
        fields.time("instantAt"),
        fields.value("consistency", text -> Consistency.valueOf(text.toUpperCase(Locale.ROOT))),
        fields.countOrZero("readBytes"),
        fields.countOrZero("changedBytes"),
        fields.countOrZero("sentBytes"),
        fields.countOrZero("storedBytes"),
        fields.countOrZero("requests"),
        fields.countOrZero("milliseconds"),
        fields.has("scan")
            ? Optional.of(ScanFactsCodec.decode(fields.object("scan")))
            : Optional.empty(),
        fields.has("heldMilliseconds")
            ? OptionalLong.of(fields.number("heldMilliseconds", 0, Long.MAX_VALUE))
            : OptionalLong.empty());
  }
}
