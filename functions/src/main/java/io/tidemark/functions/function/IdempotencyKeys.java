package io.tidemark.functions.function;

import io.tidemark.functions.http.Call;
import io.tidemark.repository.request.RequestKey;
import java.util.Optional;

/// By which a caller's repeated request is known for the same. Two callers' keys never meet.
final class IdempotencyKeys {
  private IdempotencyKeys() {}

  static Optional<RequestKey> of(Call call) {
    return call.idempotencyKey().map(key -> RequestKey.of(call.caller().name(), key));
  }
}
