package io.tidemark.functions.console.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A policy as it is filled in.
///
/// @param id "" for a new one
/// @param fields by name: `name`, `zone`, `cron`, `tags`, `howLate`, `missed`, `active` and the
///   rules of retention
/// @param grid the ticked hours, each `DAY-HOUR` with days from 0 for Monday
/// @param volumes all that there are, by id
/// @param chosen ids of those that it is for
/// @param preview what it would keep and delete now; empty where that is asked for once the page is
///   there
public record PolicyForm(
    String id,
    Map<String, String> fields,
    Set<String> grid,
    Map<String, String> volumes,
    Set<String> chosen,
    Optional<PolicyPreviewPart> preview,
    Optional<Dialog.Trouble> trouble) {
  public static final List<String> RULES =
      List.of("count", "days", "hourly", "daily", "weekly", "monthly", "yearly");

  public PolicyForm {
    fields = Map.copyOf(fields);
    grid = Set.copyOf(grid);
    chosen = Set.copyOf(chosen);
  }

  public String field(String name) {
    return fields.getOrDefault(name, "");
  }

  public boolean isTicked(int day, int hour) {
    return grid.contains(day + "-" + hour);
  }

  public boolean isChosen(String volume) {
    return chosen.contains(volume);
  }

  public boolean isNew() {
    return id.isEmpty();
  }
}
