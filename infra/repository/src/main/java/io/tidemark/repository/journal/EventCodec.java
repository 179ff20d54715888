package io.tidemark.repository.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.CompressedCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.journal.EventHeader.Critical;
import io.tidemark.repository.journal.Recorded.Standing;
import io.tidemark.repository.key.CommitId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The bytes of an event (FORMAT.md, «Events»): canonical JSON, as one zstd frame above 4 KiB.
public final class EventCodec<E, S> {
  /// A state that encodes to more than this rides in every sixteenth event only.
  public static final int LARGEST_RIDING_STATE_BYTES = 64 << 10;

  /// How many events may pass before the state has to ride again.
  public static final int MOST_EVENTS_SINCE = 15;

  private static final int SUM_DIGITS = 32;

  private static final Set<String> ENVELOPE =
      Set.of(
          "format",
          "number",
          "previous",
          "commitId",
          "at",
          "actor",
          "type",
          "critical",
          "void",
          "state",
          "since",
          "sum");

  private static final Set<String> NOT_CARRIED = Set.of("void", "state", "since", "sum");

  private final BodyCodec<E, S> bodies;

  public EventCodec(BodyCodec<E, S> bodies) {
    this.bodies = bodies;
  }

  /// SHA-256 of an event's stored bytes, as `previous` names it.
  public static String hash(byte[] stored) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  public String type(E event) {
    return bodies.type(event);
  }

  /// The stored bytes of an event: with the state after it while that is small or `since` has
  /// reached its end, else with `since`.
  public byte[] encode(EventHeader header, E event, S stateAfter, Since<E> since) {
    ObjectNode object = members(header, event);
    ObjectNode state = bodies.encodeState(stateAfter);
    if (since.events().size() >= MOST_EVENTS_SINCE
        || CanonicalJsonCodec.encode(state).length <= LARGEST_RIDING_STATE_BYTES) {
      object.set("state", state);
    } else {
      object.set("since", encodeSince(since));
    }
    object.put("sum", sum(object));
    return CompressedCodec.encode(CanonicalJsonCodec.encode(object));
  }

  /// The canonical bytes of a state, to compare states by.
  public byte[] encodeState(S state) {
    return CanonicalJsonCodec.encode(bodies.encodeState(state));
  }

  /// Decodes stored bytes.
  ///
  /// @throws MalformedException when they are no event
  /// @throws NewerFormatException when only a newer Tidemark may read on
  public Envelope<E, S> decode(byte[] stored) throws MalformedException {
    ObjectNode object = CanonicalJsonCodec.decode(CompressedCodec.decode(stored));
    FieldsCodec fields = new FieldsCodec(object);
    requireKnownFormat(fields);
    String sum = fields.text("sum");
    object.remove("sum");
    if (!sum.equals(sum(object))) {
      throw new MalformedException("it fails its checksum");
    }
    Recorded<E> recorded = recorded(object);
    Optional<S> state = Optional.empty();
    Optional<Since<E>> since = Optional.empty();
    if (fields.has("state")) {
      state = Optional.of(bodies.decodeState(fields.object("state")));
    } else {
      since = Optional.of(since(fields.object("since"), recorded.header().number()));
    }
    return new Envelope<>(recorded.header(), recorded.event(), recorded.json(), state, since);
  }

  private static void requireKnownFormat(FieldsCodec fields) throws MalformedException {
    long format = fields.number("format", 1, Long.MAX_VALUE);
    if (format > EventHeader.FORMAT) {
      throw new NewerFormatException("it has event format " + format);
    }
  }

  /// Tells a damaged event from one that is sound and not what its successor names: the first stops
  /// everybody, the second is void.
  private static String sum(ObjectNode object) {
    return hash(CanonicalJsonCodec.encode(object)).substring(0, SUM_DIGITS);
  }

  private Recorded<E> recorded(ObjectNode object) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    requireKnownFormat(fields);
    long number = fields.number("number", 1, Long.MAX_VALUE);
    EventHeader header =
        new EventHeader(
            number,
            number == 1 && !fields.has("previous") ? "" : fields.text("previous"),
            fields.value("commitId", CommitId::parse),
            fields.time("at"),
            fields.text("actor"),
            fields.text("type"),
            fields.flag("critical") ? Critical.YES : Critical.NO);
    ObjectNode members = without(object, ENVELOPE);
    Optional<E> event = bodies.decode(header.type(), members);
    if (event.isEmpty() && header.critical() == Critical.YES) {
      throw new NewerFormatException("it is of the unknown type '" + header.type() + "'");
    }
    ObjectNode text = without(object, NOT_CARRIED);
    Standing standing = fields.has("void") ? Standing.VOID : Standing.LINKED;
    return new Recorded<>(header, event, standing, CanonicalJsonCodec.text(text));
  }

  /// The other members of `object`; what they hold is shared.
  private static ObjectNode without(ObjectNode object, Set<String> names) {
    ObjectNode rest = CanonicalJsonCodec.object();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!names.contains(member.getKey())) {
        rest.set(member.getKey(), member.getValue());
      }
    }
    return rest;
  }

  private ObjectNode members(EventHeader header, E event) {
    ObjectNode object = bodies.encode(event);
    object.put("format", EventHeader.FORMAT);
    object.put("number", header.number());
    if (!header.previous().isEmpty()) {
      object.put("previous", header.previous());
    }
    object.put("commitId", header.commitId().toString());
    object.put("at", header.at().toString());
    object.put("actor", header.actor());
    object.put("type", header.type());
    object.put("critical", header.critical() == Critical.YES);
    return object;
  }

  private ObjectNode encodeSince(Since<E> since) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("number", since.number());
    if (!since.hash().isEmpty()) {
      object.put("hash", since.hash());
    }
    ArrayNode events = object.putArray("events");
    for (Recorded<E> recorded : since.events()) {
      try {
        ObjectNode event = CanonicalJsonCodec.decode(recorded.json());
        if (recorded.standing() == Standing.VOID) {
          event.put("void", true);
        }
        events.add(event);
      } catch (MalformedException e) {
        throw new IllegalStateException("Not text of this codec: " + recorded.json(), e);
      }
    }
    return object;
  }

  private Since<E> since(ObjectNode object, long number) throws MalformedException {
    FieldsCodec fields = new FieldsCodec(object);
    long base = fields.number("number", 0, number - 1);
    List<Recorded<E>> events = new ArrayList<>();
    for (ObjectNode event : fields.objects("events")) {
      events.add(recorded(event));
    }
    if (events.size() > MOST_EVENTS_SINCE || events.size() != number - 1 - base) {
      throw new MalformedException(
          "its 'since' has " + events.size() + " events after number " + base);
    }
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).header().number() != base + 1 + i) {
        throw new MalformedException("its 'since' is not contiguous");
      }
    }
    return new Since<>(base, fields.findText("hash").orElse(""), events);
  }
}
