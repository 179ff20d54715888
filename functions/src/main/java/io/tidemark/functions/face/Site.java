package io.tidemark.functions.face;

import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawRequest;

/// Answers everything under a path of its own, in its own way, beside the API.
public interface Site {
  /// Whether that is one of its requests.
  boolean serves(RawRequest request);

  /// Never throws what the request is to blame for.
  RawAnswer answer(RawRequest request);
}
