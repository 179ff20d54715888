package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.quota.QuotaSettings;
import java.util.Set;

/// Sets the limits, all of them: one that is not named is no more.
@FunctionBean("quota-set")
public final class QuotaSetFunction implements ApiFunction {
  private static final String PER_VOLUME = "snapshotsPerVolume";
  private static final String SNAPSHOTS = "snapshots";
  private static final String BYTES = "bytes";

  /// What every reader of JSON can tell from its neighbour.
  private static final long MOST = (1L << 53) - 1;

  private final OpenRepository opened;

  QuotaSetFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Members members = call.body().members(Set.of(PER_VOLUME, SNAPSHOTS, BYTES));
    Quotas quotas =
        new Quotas(
            members.number(PER_VOLUME, 0, MOST),
            members.number(SNAPSHOTS, 0, MOST),
            members.number(BYTES, 0, MOST));
    return Answer.ok(ShownQuotas.of(new QuotaSettings(opened.of(call)).change(_ -> quotas)));
  }
}
