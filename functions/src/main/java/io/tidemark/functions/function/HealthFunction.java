package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import java.util.function.Supplier;

/// `GET /health`: that this process answers. Asks nothing of the store and tells nothing, so that a
/// load balancer may call it without the token and as often as it likes.
@FunctionBean("health")
public final class HealthFunction implements Supplier<Health> {
  @Override
  public Health get() {
    return new Health("up");
  }
}
