package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.key.RandomDigits;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.snapshot.SnapshotName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Makes, changes, lists and deletes auto snapshot policies.
final class PolicyActions {
  static final Set<String> PARAMETERS =
      Set.of(
          "Policy",
          "DryRun",
          "IsActivated",
          "AutoSnapshotPolicyName",
          "IsPermanent",
          "RetentionDays");
  static final String ID = "AutoSnapshotPolicyId";
  static final String IDS = "AutoSnapshotPolicyIds";
  private static final String NAME = "AutoSnapshotPolicyName";
  private static final String RETENTION = "RetentionDays";
  private static final String PERMANENT = "IsPermanent";
  private static final String ACTIVATED = "IsActivated";
  private static final String UNNAMED = "unnamed-";
  private static final int DRAWN_DIGITS = 8;
  private static final int LONGEST_NAME_BYTES = 60;
  private static final int USUAL_DAYS = 7;
  private static final int MOST_DAYS = 36_500;
  private static final int MOST = 100;

  private PolicyActions() {}

  static Fields create(ActionCall call) {
    Arguments arguments = call.arguments();
    List<PolicyRules.Rule> rules =
        PolicyRules.parse(arguments).orElseThrow(() -> arguments.missing("Policy"));
    boolean dry = arguments.flag("DryRun").orElse(false);
    Activity activity = activity(arguments).orElse(Activity.ACTIVE);
    Optional<String> name = name(arguments);
    Retention retention =
        retention(arguments, "InvalidParameterValue").orElseGet(() -> days(USUAL_DAYS));
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    List<String> schedules = PolicyRules.schedules(rules, today(call, reading));
    String zone = call.place().timeZone().getId();
    Optional<String> next =
        PolicyFields.nextTrigger(schedules, zone, reading.storeTime(), call.place());
    if (dry) {
      return new Fields().put("NextTriggerTime", next.orElse(""));
    }
    Policy policy =
        new Policies(call.repository())
            .create(
                terms(
                    arguments,
                    name.orElseGet(() -> unnamed(call)),
                    schedules,
                    zone,
                    new VolumeSelector(List.of(), new TreeMap<>()),
                    retention,
                    activity));
    return new Fields().put(ID, Ids.policy(policy.id())).put("NextTriggerTime", next.orElse(""));
  }

  static Fields modify(ActionCall call) {
    Arguments arguments = call.arguments();
    String id = arguments.requiredText(ID);
    Optional<List<PolicyRules.Rule>> rules = PolicyRules.parse(arguments);
    Optional<Activity> activity = activity(arguments);
    Optional<String> name = name(arguments);
    Optional<Retention> retention = retention(arguments, "InvalidParameter");
    Optional<Boolean> permanent = arguments.flag(PERMANENT);
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    Policy found = Ids.policy(reading.state(), id);
    // The same rules once more begin no interval anew.
    boolean scheduledAnew =
        rules.isPresent() && !rules.get().equals(PolicyFields.rules(found, call.place()));
    Policy _ =
        new Policies(call.repository())
            .change(
                found.id(),
                before ->
                    new Terms(
                        name.orElse(before.name()),
                        scheduledAnew
                            ? PolicyRules.schedules(rules.get(), today(call, reading))
                            : before.schedules(),
                        scheduledAnew ? call.place().timeZone().getId() : before.zone(),
                        before.volumes(),
                        before.missed(),
                        before.howLate(),
                        retention.orElseGet(() -> kept(before.retention(), permanent)),
                        activity.orElse(before.activity())));
    return new Fields();
  }

  static Fields delete(ActionCall call) {
    List<String> ids = call.arguments().requiredTexts(IDS, MOST);
    RepositoryState state = call.repository().journal().read().state();
    List<Policy> policies = ids.stream().distinct().map(id -> Ids.policy(state, id)).toList();
    Policies all = new Policies(call.repository());
    policies.forEach(policy -> all.remove(policy.id()));
    return new Fields();
  }

  static Fields describe(ActionCall call) {
    Set<String> filters =
        Set.of(
            "auto-snapshot-policy-id", "auto-snapshot-policy-state", "auto-snapshot-policy-name");
    Listing listing = Listing.of(call.arguments(), IDS, Set.of("CREATE_TIME"));
    listing.requireKnown(filters, "");
    Reading<RepositoryEvent, RepositoryState> reading = call.repository().journal().read();
    PolicyFields fields = new PolicyFields(call.place(), reading.state(), reading.storeTime());
    List<Policy> policies =
        reading.state().policies().values().stream()
            .filter(
                policy ->
                    listing.ids().filter(ids -> !ids.contains(Ids.policy(policy.id()))).isEmpty())
            .filter(policy -> listing.takes(policy, PolicyActions::known))
            .toList();
    return listing.page(
        policies, "AutoSnapshotPolicySet", page -> page.stream().map(fields::withDisks).toList());
  }

  /// What a policy is, by the name of a filter.
  private static Optional<List<String>> known(Policy policy, String filter) {
    return switch (filter) {
      case "auto-snapshot-policy-id" -> Optional.of(List.of(Ids.policy(policy.id())));
      case "auto-snapshot-policy-state" -> Optional.of(List.of("NORMAL"));
      case "auto-snapshot-policy-name" -> Optional.of(List.of(policy.name()));
      default -> Optional.empty();
    };
  }

  private static LocalDate today(
      ActionCall call, Reading<RepositoryEvent, RepositoryState> reading) {
    return reading.storeTime().atZone(call.place().timeZone()).toLocalDate();
  }

  private static Terms terms(
      Arguments arguments,
      String name,
      List<String> schedules,
      String zone,
      VolumeSelector volumes,
      Retention retention,
      Activity activity) {
    try {
      return new Terms(
          name, schedules, zone, volumes, Missed.ONCE, Policies.HOW_LATE, retention, activity);
    } catch (IllegalArgumentException e) {
      throw arguments.wrong(NAME, "is blank or has control characters", "为空或含有控制字符");
    }
  }

  /// Names of policies are unique here, so the usual one has to be told from its like.
  private static String unnamed(ActionCall call) {
    return UNNAMED
        + RandomDigits.draw(call.repository().writer().random()).substring(0, DRAWN_DIGITS);
  }

  private static Optional<String> name(Arguments arguments) {
    Optional<String> name = arguments.text(NAME);
    if (name.isPresent()) {
      if (name.get().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
        throw arguments.wrong(
            NAME,
            "has more than " + LONGEST_NAME_BYTES + " bytes",
            "超过 " + LONGEST_NAME_BYTES + " 个字节");
      }
      if (name.get().isBlank() || SnapshotName.fault(name.get()).isPresent()) {
        throw arguments.wrong(
            NAME,
            "is blank or has control characters, or some that turn the direction of text",
            "为空，或含有控制字符、改变文字方向的字符");
      }
    }
    return name;
  }

  private static Optional<Activity> activity(Arguments arguments) {
    return arguments.flag(ACTIVATED).map(active -> active ? Activity.ACTIVE : Activity.PAUSED);
  }

  /// What is asked for; empty when nothing new is.
  ///
  /// @param conflict the code of what contradicts itself
  private static Optional<Retention> retention(Arguments arguments, String conflict) {
    boolean permanent = arguments.flag(PERMANENT).orElse(false);
    OptionalLong days = arguments.number(RETENTION, 1, MOST_DAYS);
    if (permanent && days.isPresent()) {
      throw new CbsException(
          conflict,
          "`IsPermanent` is true, and so there are no `RetentionDays`.",
          "`IsPermanent` 为 true 时不能指定 `RetentionDays`。");
    }
    if (permanent) {
      return Optional.of(Retention.ALL);
    }
    return days.isPresent() ? Optional.of(days(days.getAsLong())) : Optional.empty();
  }

  /// What was, unless it was for ever and is not to be any more.
  private static Retention kept(Retention before, Optional<Boolean> permanent) {
    return permanent.isPresent() && !permanent.get() && before.keepsAll()
        ? days(USUAL_DAYS)
        : before;
  }

  private static Retention days(long days) {
    return new Retention(0, Optional.of(Duration.ofDays(days)), 0, 0, 0, 0, 0);
  }
}
