package io.tidemark.functions.http;

import io.micronaut.serde.annotation.Serdeable;
import java.util.Locale;
import java.util.Optional;

/// What went wrong, after RFC 9457.
///
/// @param type `urn:tidemark:problem:` and the code in lower case
/// @param title the code in words
/// @param detail for people: what failed, on what, and what to do
/// @param code for programs, the same as in the command's JSON: `UNKNOWN_SNAPSHOT`
/// @param field of the request that is at fault: a member of the body, a parameter, a header
@Serdeable
public record Problem(
    String type, String title, int status, String detail, String code, Optional<String> field) {

  public static Problem of(int status, String code, String detail) {
    return new Problem(type(code), title(code), status, detail, code, Optional.empty());
  }

  public static Problem of(int status, String code, String detail, String field) {
    return new Problem(type(code), title(code), status, detail, code, Optional.of(field));
  }

  private static String type(String code) {
    return "urn:tidemark:problem:" + code.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String title(String code) {
    return code.charAt(0) + code.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
