package io.tidemark.repository.journal.repository;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.format.MoreCodec;
import io.tidemark.repository.journal.BodyCodec;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The members of the repository's events and state (FORMAT.md, «The journal of the repository»).
public final class RepositoryBodyCodec implements BodyCodec<RepositoryEvent, RepositoryState> {
  @Override
  public String type(RepositoryEvent event) {
    return switch (event) {
      case RepositoryEvent.Named _ -> "named";
      case RepositoryEvent.Unnamed _ -> "unnamed";
      case RepositoryEvent.Forgotten _ -> "forgotten";
    };
  }

  @Override
  public ObjectNode encode(RepositoryEvent event) {
    ObjectNode object = known(event);
    MoreCodec.restore(object, event.more());
    return object;
  }

  @Override
  public Optional<RepositoryEvent> decode(String type, ObjectNode members)
      throws MalformedException {
    Optional<RepositoryEvent> plain = decode(type, members, More.NONE);
    if (plain.isEmpty()) {
      return plain;
    }
    More more = MoreCodec.unknown(members, known(plain.get()));
    return more.isEmpty() ? plain : decode(type, members, more);
  }

  private static ObjectNode known(RepositoryEvent event) {
    ObjectNode object = CanonicalJsonCodec.object();
    switch (event) {
      case RepositoryEvent.Named named -> {
        object.put("volume", named.volume().text());
        object.put("name", named.name());
        object.put("host", named.host());
        object.put("source", named.source());
      }
      case RepositoryEvent.Unnamed unnamed -> object.put("volume", unnamed.volume().text());
      case RepositoryEvent.Forgotten forgotten -> object.put("volume", forgotten.volume().text());
    }
    return object;
  }

  private static Optional<RepositoryEvent> decode(String type, ObjectNode members, More more)
      throws MalformedException {
    FieldsCodec fields = new FieldsCodec(members);
    return Optional.ofNullable(
        switch (type) {
          case "named" ->
              new RepositoryEvent.Named(
                  volume(fields),
                  fields.text("name"),
                  fields.text("host"),
                  fields.text("source"),
                  more);
          case "unnamed" -> new RepositoryEvent.Unnamed(volume(fields), more);
          case "forgotten" -> new RepositoryEvent.Forgotten(volume(fields), more);
          default -> null;
        });
  }

  @Override
  public ObjectNode encodeState(RepositoryState state) {
    ObjectNode object = CanonicalJsonCodec.object();
    ArrayNode volumes = object.putArray("volumes");
    state.volumes().values().forEach(volume -> volumes.add(encode(volume)));
    MoreCodec.restore(object, state.more());
    return object;
  }

  @Override
  public RepositoryState decodeState(ObjectNode object) throws MalformedException {
    SequencedMap<VolumeId, NamedVolume> volumes = new LinkedHashMap<>();
    for (ObjectNode member : new FieldsCodec(object).objects("volumes")) {
      FieldsCodec fields = new FieldsCodec(member);
      NamedVolume plain = decode(fields, More.NONE);
      volumes.put(plain.id(), decode(fields, MoreCodec.unknown(member, encode(plain))));
    }
    RepositoryState plain = new RepositoryState(volumes, More.NONE);
    return new RepositoryState(volumes, MoreCodec.unknown(object, encodeState(plain)));
  }

  private static ObjectNode encode(NamedVolume volume) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("volume", volume.id().text());
    object.put("name", volume.name());
    object.put("host", volume.host());
    object.put("source", volume.source());
    object.put("closed", volume.life() == Life.CLOSED);
    object.put("since", volume.since());
    MoreCodec.restore(object, volume.more());
    return object;
  }

  private static NamedVolume decode(FieldsCodec fields, More more) throws MalformedException {
    return new NamedVolume(
        volume(fields),
        fields.text("name"),
        fields.text("host"),
        fields.text("source"),
        fields.flag("closed") ? Life.CLOSED : Life.OPEN,
        fields.number("since", 1, Long.MAX_VALUE),
        more);
  }

  private static VolumeId volume(FieldsCodec fields) throws MalformedException {
    return fields.value("volume", VolumeId::new);
  }
}
