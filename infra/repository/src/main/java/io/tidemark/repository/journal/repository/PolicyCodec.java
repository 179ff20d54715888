package io.tidemark.repository.journal.repository;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.CanonicalJsonCodec;
import io.tidemark.repository.format.FieldsCodec;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The members of a policy, in `scheduled` and in the state.
final class PolicyCodec {
  /// Three centuries: added to any time it is a time still.
  private static final long LONGEST_SECONDS = 10_000_000_000L;

  private PolicyCodec() {}

  static void put(ObjectNode object, Policy policy) {
    object.put("policy", policy.id().text());
    object.put("name", policy.name());
    ArrayNode schedules = object.putArray("schedules");
    policy.schedules().forEach(schedules::add);
    object.put("zone", policy.zone());
    ArrayNode volumes = object.putArray("volumes");
    policy.volumes().volumes().forEach(volume -> volumes.add(volume.text()));
    if (!policy.volumes().tags().isEmpty()) {
      ObjectNode tags = object.putObject("volumeTags");
      policy.volumes().tags().forEach(tags::put);
    }
    object.put("missed", policy.missed().text());
    object.put("howLateSeconds", policy.howLate().toSeconds());
    object.set("retention", retention(policy.retention()));
    object.put("activity", policy.activity().text());
    object.put("activeFrom", policy.activeFrom().toString());
  }

  static Policy decode(FieldsCodec fields, long since, More more) throws MalformedException {
    List<VolumeId> volumes = new ArrayList<>();
    for (String id : fields.textList("volumes")) {
      volumes.add(volume(id));
    }
    List<String> schedules = fields.textList("schedules");
    if (schedules.isEmpty()) {
      throw new MalformedException("its 'schedules' is empty");
    }
    return new Policy(
        fields.value("policy", PolicyId::new),
        fields.text("name"),
        schedules,
        fields.text("zone"),
        new VolumeSelector(volumes, fields.texts("volumeTags")),
        fields.value("missed", Missed::parse),
        Duration.ofSeconds(fields.number("howLateSeconds", 0, LONGEST_SECONDS)),
        retention(new FieldsCodec(fields.object("retention"))),
        fields.value("activity", Activity::parse),
        fields.time("activeFrom"),
        since,
        more);
  }

  private static VolumeId volume(String id) throws MalformedException {
    try {
      return new VolumeId(id);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("its 'volumes' is wrong: " + e.getMessage());
    }
  }

  private static ObjectNode retention(Retention retention) {
    ObjectNode object = CanonicalJsonCodec.object();
    putUnlessZero(object, "count", retention.count());
    retention.age().ifPresent(age -> object.put("ageSeconds", age.toSeconds()));
    putUnlessZero(object, "hourly", retention.hourly());
    putUnlessZero(object, "daily", retention.daily());
    putUnlessZero(object, "weekly", retention.weekly());
    putUnlessZero(object, "monthly", retention.monthly());
    putUnlessZero(object, "yearly", retention.yearly());
    return object;
  }

  private static void putUnlessZero(ObjectNode object, String name, int value) {
    if (value != 0) {
      object.put(name, value);
    }
  }

  private static Retention retention(FieldsCodec fields) throws MalformedException {
    return new Retention(
        rule(fields, "count"),
        fields.has("ageSeconds")
            ? Optional.of(Duration.ofSeconds(fields.number("ageSeconds", 1, LONGEST_SECONDS)))
            : Optional.empty(),
        rule(fields, "hourly"),
        rule(fields, "daily"),
        rule(fields, "weekly"),
        rule(fields, "monthly"),
        rule(fields, "yearly"));
  }

  private static int rule(FieldsCodec fields, String name) throws MalformedException {
    return fields.has(name) ? (int) fields.number(name, 1, Integer.MAX_VALUE) : 0;
  }
}
