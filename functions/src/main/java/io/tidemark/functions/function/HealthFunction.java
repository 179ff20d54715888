package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;

/// That this process answers. Asks nothing of the store and tells nothing, so that a load balancer
/// may call it without a token and as often as it likes.
@FunctionBean("health")
public final class HealthFunction implements ApiFunction {
  /// @param status `up`
  @Serdeable
  public record Health(String status) {}

  @Override
  public Answer apply(Call call) {
    return Answer.ok(new Health("up"));
  }
}
