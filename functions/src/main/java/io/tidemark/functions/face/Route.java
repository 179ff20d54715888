package io.tidemark.functions.face;

import io.tidemark.functions.access.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One method on one path.
///
/// @param template `/v1/snapshots/{snapshot}`
/// @param function that answers
/// @param role that a caller needs
/// @param query the parameters that it knows
/// @param repeatable those of them that may be given several times
public record Route(
    String method,
    String template,
    String function,
    Role role,
    Body body,
    Set<String> query,
    Set<String> repeatable) {
  /// Whether a request carries anything.
  public enum Body {
    NONE,
    JSON
  }

  public Route {
    query = Set.copyOf(query);
    repeatable = Set.copyOf(repeatable);
  }

  /// With parameters that are given once at most.
  Route(String method, String template, String function, Role role, Body body, Set<String> query) {
    this(method, template, function, role, body, query, Set.of());
  }

  /// The same, where those parameters may be given several times.
  Route repeating(String... names) {
    return new Route(method, template, function, role, body, query, Set.of(names));
  }

  /// How many segments of its paths may be anything.
  long parameters() {
    return template.chars().filter(c -> c == '{').count();
  }

  /// What the parameters of the path are, when this is its template.
  Optional<Map<String, String>> match(List<String> segments) {
    List<String> wanted = List.of(template.substring(1).split("/", -1));
    if (wanted.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String want = wanted.get(i);
      if (want.startsWith("{")) {
        parameters.put(want.substring(1, want.length() - 1), segments.get(i));
      } else if (!want.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
