package io.tidemark.functions.console;

import io.tidemark.functions.console.view.PolicyForm;
import io.tidemark.functions.function.ShownPolicy;
import io.tidemark.functions.http.ProblemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Translates between a policy and the fields of its form.
final class PolicyFields {
  private static final String DAYS = "days";
  private static final String VOLUME = "volume-";

  private PolicyFields() {}

  /// @param grid of its schedules
  static Map<String, String> of(ShownPolicy policy, WeekGrid grid) {
    Map<String, String> fields = new HashMap<>();
    fields.put("name", policy.name());
    fields.put("zone", policy.zone());
    fields.put("cron", String.join("\n", grid.others()));
    fields.put("tags", Forms.shownTags(policy.tags()));
    fields.put("missed", policy.missed());
    fields.put("howLate", Long.toString(policy.howLateSeconds()));
    if (policy.active()) {
      fields.put("active", "on");
    }
    ShownPolicy.ShownRetention retention = policy.retention();
    fields.put("count", rule(retention.count()));
    fields.put(
        DAYS, retention.age().map(age -> Long.toString(Duration.parse(age).toDays())).orElse(""));
    fields.put("hourly", rule(retention.hourly()));
    fields.put("daily", rule(retention.daily()));
    fields.put("weekly", rule(retention.weekly()));
    fields.put("monthly", rule(retention.monthly()));
    fields.put("yearly", rule(retention.yearly()));
    return fields;
  }

  private static String rule(int count) {
    return count == 0 ? "" : Integer.toString(count);
  }

  /// What a form that was sent asks of the API.
  static Map<String, Object> members(Visit visit) {
    List<String> cron = visit.field("cron").lines().map(String::strip).toList();
    WeekGrid grid =
        new WeekGrid(
            WeekGrid.ticked(visit.form().keySet()),
            cron.stream().filter(line -> !line.isEmpty()).toList());
    Map<String, Object> retention = new HashMap<>();
    for (String rule : PolicyForm.RULES) {
      String text = visit.field(rule);
      if (!text.isEmpty()) {
        long number = number(rule, text);
        if (rule.equals(DAYS)) {
          if (number > 0) {
            retention.put("age", Duration.ofDays(number).toString());
          }
        } else {
          retention.put(rule, number);
        }
      }
    }
    Map<String, Object> members = new HashMap<>();
    members.put("name", visit.field("name"));
    members.put("zone", visit.field("zone"));
    members.put("schedules", grid.expressions());
    members.put("volumes", List.copyOf(volumes(visit)));
    members.put("tags", Forms.tags(visit.field("tags")));
    members.put("missed", visit.field("missed"));
    if (!visit.field("howLate").isEmpty()) {
      members.put("howLateSeconds", number("howLate", visit.field("howLate")));
    }
    members.put("retention", retention);
    members.put("active", visit.field("active").equals("on"));
    return members;
  }

  /// Ids of the disks that are ticked.
  static Set<String> volumes(Visit visit) {
    return visit.form().keySet().stream()
        .filter(name -> name.startsWith(VOLUME))
        .map(name -> name.substring(VOLUME.length()))
        .collect(Collectors.toSet());
  }

  private static long number(String field, String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw ProblemException.field(field, "'" + text + "' is not a whole number");
    }
    return Long.parseLong(text);
  }
}
