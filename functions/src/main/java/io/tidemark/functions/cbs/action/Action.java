package io.tidemark.functions.cbs.action;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.cbs.wire.Fields;
import java.util.Set;
import java.util.function.Function;

/// One action.
///
/// @param role that a caller needs
/// @param parameters that it knows
public record Action(Role role, Set<String> parameters, Function<ActionCall, Fields> work) {
  public Action {
    parameters = Set.copyOf(parameters);
  }
}
