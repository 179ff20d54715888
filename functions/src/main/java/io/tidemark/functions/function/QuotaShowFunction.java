package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;

/// The limits.
@FunctionBean("quota-show")
public final class QuotaShowFunction implements ApiFunction {
  private final OpenRepository opened;

  QuotaShowFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    return Answer.ok(ShownQuotas.of(opened.of(call).journal().read().state().quotas()));
  }
}
