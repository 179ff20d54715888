package io.tidemark.functions.access;

import java.util.regex.Pattern;

/// Who signs with a key.
///
/// @param secretId the half of the pair that requests name: 1 to 128 letters, digits, `_` and `-`
public record KeyHolder(String secretId, SigningKey key, Caller caller) {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  public KeyHolder {
    if (!SYNTAX.matcher(secretId).matches()) {
      throw new IllegalArgumentException(
          "Not the id of a signing key (wanted 1 to 128 letters, digits, '_' and '-')");
    }
  }
}
