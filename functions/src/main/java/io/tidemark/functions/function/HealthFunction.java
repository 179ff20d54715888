package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.store.ObjectStore;
import java.util.function.Supplier;

/// `GET /health`: that this process answers, and which repository it serves. Asks nothing of the
/// store, so that a load balancer may call it as often as it likes.
@FunctionBean("health")
public final class HealthFunction implements Supplier<Health> {
  private final ObjectStore store;

  HealthFunction(ObjectStore store) {
    this.store = store;
  }

  @Override
  public Health get() {
    return new Health("up", store.location());
  }
}
