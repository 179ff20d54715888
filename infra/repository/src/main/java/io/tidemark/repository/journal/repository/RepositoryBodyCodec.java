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
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedMap;

/// The members of the repository's events and state (FORMAT.md, «The journal of the repository»).
public final class RepositoryBodyCodec implements BodyCodec<RepositoryEvent, RepositoryState> {
  @Override
  public String type(RepositoryEvent event) {
    return switch (event) {
      case RepositoryEvent.Named _ -> "named";
      case RepositoryEvent.Unnamed _ -> "unnamed";
      case RepositoryEvent.Forgotten _ -> "forgotten";
      case RepositoryEvent.Described _ -> "described";
      case RepositoryEvent.Registered _ -> "registered";
      case RepositoryEvent.Retired _ -> "retired";
      case RepositoryEvent.Scheduled _ -> "scheduled";
      case RepositoryEvent.Unscheduled _ -> "unscheduled";
      case RepositoryEvent.Limited _ -> "limited";
    };
  }

  @Override
  public More more(RepositoryEvent event) {
    return event.more();
  }

  @Override
  public ObjectNode known(RepositoryEvent event) {
    ObjectNode object = CanonicalJsonCodec.object();
    switch (event) {
      case RepositoryEvent.Named named -> {
        object.put("volume", named.volume().text());
        object.put("name", named.name());
        object.put("host", named.host());
        object.put("source", named.source());
        putTags(object, named.tags());
      }
      case RepositoryEvent.Described described -> {
        object.put("volume", described.volume().text());
        object.put("host", described.host());
        object.put("source", described.source());
        putTags(object, described.tags());
      }
      case RepositoryEvent.Registered registered -> putHost(object, registered.host());
      case RepositoryEvent.Retired retired -> object.put("host", retired.host().text());
      case RepositoryEvent.Scheduled scheduled -> PolicyCodec.put(object, scheduled.policy());
      case RepositoryEvent.Unscheduled unscheduled ->
          object.put("policy", unscheduled.policy().text());
      case RepositoryEvent.Limited limited -> putQuotas(object, limited.quotas());
      case RepositoryEvent.Unnamed unnamed -> object.put("volume", unnamed.volume().text());
      case RepositoryEvent.Forgotten forgotten -> object.put("volume", forgotten.volume().text());
    }
    return object;
  }

  @Override
  public Optional<RepositoryEvent> decode(String type, ObjectNode members, More more)
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
                  fields.texts("tags"),
                  more);
          case "described" ->
              new RepositoryEvent.Described(
                  volume(fields),
                  fields.text("host"),
                  fields.text("source"),
                  fields.texts("tags"),
                  more);
          case "registered" -> new RepositoryEvent.Registered(host(fields, 1, More.NONE), more);
          case "retired" -> new RepositoryEvent.Retired(fields.value("host", HostId::new), more);
          case "scheduled" ->
              new RepositoryEvent.Scheduled(PolicyCodec.decode(fields, 1, More.NONE), more);
          case "unscheduled" ->
              new RepositoryEvent.Unscheduled(fields.value("policy", PolicyId::new), more);
          case "limited" -> new RepositoryEvent.Limited(quotas(fields), more);
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
    if (!state.hosts().isEmpty()) {
      ArrayNode hosts = object.putArray("hosts");
      state.hosts().values().forEach(host -> hosts.add(encode(host)));
    }
    if (!state.policies().isEmpty()) {
      ArrayNode policies = object.putArray("policies");
      state.policies().values().forEach(policy -> policies.add(encode(policy)));
    }
    if (!state.quotas().equals(Quotas.NONE)) {
      putQuotas(object.putObject("quotas"), state.quotas());
    }
    MoreCodec.restore(object, state.more());
    return object;
  }

  @Override
  public RepositoryState decodeState(ObjectNode object) throws MalformedException {
    FieldsCodec all = new FieldsCodec(object);
    SequencedMap<VolumeId, NamedVolume> volumes = new LinkedHashMap<>();
    for (ObjectNode member : all.objects("volumes")) {
      FieldsCodec fields = new FieldsCodec(member);
      NamedVolume plain = decode(fields, More.NONE);
      volumes.put(plain.id(), decode(fields, MoreCodec.unknown(member, encode(plain))));
    }
    SequencedMap<HostId, Host> hosts = new LinkedHashMap<>();
    for (ObjectNode member : all.objects("hosts")) {
      FieldsCodec fields = new FieldsCodec(member);
      Host plain = host(fields, since(fields), More.NONE);
      hosts.put(plain.id(), plain.with(plain.since(), MoreCodec.unknown(member, encode(plain))));
    }
    SequencedMap<PolicyId, Policy> policies = new LinkedHashMap<>();
    for (ObjectNode member : all.objects("policies")) {
      FieldsCodec fields = new FieldsCodec(member);
      Policy plain = PolicyCodec.decode(fields, since(fields), More.NONE);
      policies.put(plain.id(), plain.with(plain.since(), MoreCodec.unknown(member, encode(plain))));
    }
    Quotas quotas = all.has("quotas") ? quotas(new FieldsCodec(all.object("quotas"))) : Quotas.NONE;
    RepositoryState plain = new RepositoryState(volumes, hosts, policies, quotas, More.NONE);
    return new RepositoryState(
        volumes, hosts, policies, quotas, MoreCodec.unknown(object, encodeState(plain)));
  }

  private static void putTags(ObjectNode object, SortedMap<String, String> tags) {
    if (!tags.isEmpty()) {
      ObjectNode members = object.putObject("tags");
      tags.forEach(members::put);
    }
  }

  private static ObjectNode encode(Host host) {
    ObjectNode object = CanonicalJsonCodec.object();
    putHost(object, host);
    object.put("since", host.since());
    MoreCodec.restore(object, host.more());
    return object;
  }

  private static void putHost(ObjectNode object, Host host) {
    object.put("host", host.id().text());
    object.put("name", host.name());
    ArrayNode pools = object.putArray("pools");
    host.pools().forEach(pools::add);
    if (!host.steps().isEmpty()) {
      ArrayNode steps = object.putArray("steps");
      host.steps().forEach(steps::add);
    }
    host.wakeUp().ifPresent(address -> object.put("wakeUp", address));
    object.put("registeredAt", host.registeredAt().toString());
  }

  private static Host host(FieldsCodec fields, long since, More more) throws MalformedException {
    return new Host(
        fields.value("host", HostId::new),
        fields.text("name"),
        fields.textList("pools"),
        fields.textList("steps"),
        fields.findText("wakeUp"),
        fields.time("registeredAt"),
        since,
        more);
  }

  private static ObjectNode encode(Policy policy) {
    ObjectNode object = CanonicalJsonCodec.object();
    PolicyCodec.put(object, policy);
    object.put("since", policy.since());
    MoreCodec.restore(object, policy.more());
    return object;
  }

  private static void putQuotas(ObjectNode object, Quotas quotas) {
    quotas.snapshotsPerVolume().ifPresent(limit -> object.put("snapshotsPerVolume", limit));
    quotas.snapshots().ifPresent(limit -> object.put("snapshots", limit));
    quotas.bytes().ifPresent(limit -> object.put("bytes", limit));
  }

  private static Quotas quotas(FieldsCodec fields) throws MalformedException {
    return new Quotas(
        limit(fields, "snapshotsPerVolume"), limit(fields, "snapshots"), limit(fields, "bytes"));
  }

  private static OptionalLong limit(FieldsCodec fields, String name) throws MalformedException {
    return fields.has(name)
        ? OptionalLong.of(fields.number(name, 0, Long.MAX_VALUE))
        : OptionalLong.empty();
  }

  private static long since(FieldsCodec fields) throws MalformedException {
    return fields.number("since", 1, Long.MAX_VALUE);
  }

  private static ObjectNode encode(NamedVolume volume) {
    ObjectNode object = CanonicalJsonCodec.object();
    object.put("volume", volume.id().text());
    object.put("name", volume.name());
    object.put("host", volume.host());
    object.put("source", volume.source());
    putTags(object, volume.tags());
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
        fields.texts("tags"),
        fields.flag("closed") ? Life.CLOSED : Life.OPEN,
        since(fields),
        more);
  }

  private static VolumeId volume(FieldsCodec fields) throws MalformedException {
    return fields.value("volume", VolumeId::new);
  }
}
