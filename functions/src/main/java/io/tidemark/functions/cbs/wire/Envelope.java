package io.tidemark.functions.cbs.wire;

import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.RawBody;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bytes of answers: one member `Response`, which holds the fields or the error, and the id.
public final class Envelope {
  private Envelope() {}

  public static RawBody success(Fields fields, String requestId) {
    Map<String, @Nullable Object> response = new LinkedHashMap<>(fields.values());
    response.put("RequestId", requestId);
    return bytes(response);
  }

  public static RawBody failure(String code, String message, String requestId) {
    Map<String, @Nullable Object> response = new LinkedHashMap<>();
    response.put("Error", new Fields().put("Code", code).put("Message", message).values());
    response.put("RequestId", requestId);
    return bytes(response);
  }

  private static RawBody bytes(Map<String, @Nullable Object> response) {
    return JsonBody.of(Map.of("Response", response));
  }
}
