package io.tidemark.functions.access;

import java.util.regex.Pattern;

/// Who calls.
///
/// @param name goes into the journal as the actor of every change: 1 to 64 letters, digits and any
///   of `._@-`
public record Caller(String name, Role role) {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  public Caller {
    if (!SYNTAX.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Not a caller's name (wanted 1 to 64 letters, digits and any of ._@-, beginning with a"
              + " letter or a digit)");
    }
  }
}
