package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.quota.QuotaSettings;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Sets the limits that are named; null takes one away, and one that is not named stays.
@FunctionBean("quota-set")
public final class QuotaSetFunction implements ApiFunction {
  private static final String PER_VOLUME = "snapshotsPerVolume";
  private static final String SNAPSHOTS = "snapshots";
  private static final String BYTES = "bytes";
  private static final Set<String> NAMES = Set.of(PER_VOLUME, SNAPSHOTS, BYTES);

  /// What every reader of JSON can tell from its neighbour.
  private static final long MOST = (1L << 53) - 1;

  private final OpenRepository opened;

  QuotaSetFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Members members = call.body().members(NAMES);
    if (NAMES.stream().noneMatch(members::has)) {
      throw ProblemException.badRequest(
          "No limit is named. Give one or more of "
              + String.join(", ", NAMES.stream().sorted().toList())
              + ": a number sets that limit, null takes it away, and what is not named stays");
    }
    UnaryOperator<Quotas> change =
        old ->
            new Quotas(
                limit(members, PER_VOLUME, old.snapshotsPerVolume()),
                limit(members, SNAPSHOTS, old.snapshots()),
                limit(members, BYTES, old.bytes()));
    // Bad numbers are refused before anything is asked of the store.
    Quotas _ = change.apply(Quotas.NONE);
    return Answer.ok(ShownQuotas.of(new QuotaSettings(opened.of(call)).change(change)));
  }

  private static OptionalLong limit(Members members, String name, OptionalLong old) {
    return members.has(name) ? members.number(name, 0, MOST) : old;
  }
}
