package io.tidemark.functions.http;

import io.tidemark.functions.access.Caller;
import java.util.Optional;
import java.util.regex.Pattern;

/// One call of a function.
///
/// @param path the parameters of its path
/// @param query its other parameters
public record Call(
    Caller caller, Parameters path, Parameters query, RawRequest request, JsonBody body) {
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

  /// By which a repeated request is known for the same.
  ///
  /// @throws ProblemException when it is none of 1 to 255 visible ASCII characters
  public Optional<String> idempotencyKey() {
    Optional<String> key = request.header("Idempotency-Key");
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw ProblemException.field(
          "Idempotency-Key", "'Idempotency-Key' is not 1 to 255 visible ASCII characters");
    }
    return key;
  }

  /// What the caller has seen, where it says so.
  public Preconditions preconditions() {
    return Preconditions.of(request);
  }
}
