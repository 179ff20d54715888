package io.tidemark.functions.access;

import java.time.Instant;
import java.util.Optional;

/// Somebody at the console.
///
/// @param token what [Tokens#mark] says of the token or key pair that was shown; empty before
///   sign-in
/// @param formKey drawn for this session; every form of it carries it
/// @param expires after which it counts for nothing
public record Session(Optional<String> token, String formKey, Instant expires) {
  /// Prints no secret.
  @Override
  public String toString() {
    return "Session[…, expires=" + expires + "]";
  }
}
