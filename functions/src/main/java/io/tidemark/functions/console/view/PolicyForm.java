package io.tidemark.functions.console.view;

import io.tidemark.functions.function.PolicyPreview.Decision;
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
/// @param preview what it would keep and delete now; empty for a new one
public record PolicyForm(
    String id,
    Map<String, String> fields,
    Set<String> grid,
    Map<String, String> volumes,
    Set<String> chosen,
    List<Decision> preview,
    Optional<Dialog.Trouble> trouble) {
  public static final List<String> RULES =
      List.of("count", "days", "hourly", "daily", "weekly", "monthly", "yearly");

  public PolicyForm {
    fields = Map.copyOf(fields);
    grid = Set.copyOf(grid);
    chosen = Set.copyOf(chosen);
    preview = List.copyOf(preview);
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

  public long kept() {
    return preview.stream().filter(Decision::keep).count();
  }

  public long deleted() {
    return preview.size() - kept();
  }
}
