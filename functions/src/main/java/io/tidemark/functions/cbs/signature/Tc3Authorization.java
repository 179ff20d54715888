package io.tidemark.functions.cbs.signature;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an `Authorization` header of TC3-HMAC-SHA256 says.
///
/// @param date of the scope, `2026-11-20`
/// @param service of the scope; what an SDK takes for one, which for an address of digits is its
///   first number
/// @param signedHeaders lower-case names in the order in which they were signed
/// @param signature 64 lower-case hexadecimal digits
record Tc3Authorization(
    String secretId, String date, String service, List<String> signedHeaders, String signature) {
  static final String ALGORITHM = "TC3-HMAC-SHA256";

  private static final Pattern SYNTAX =
      Pattern.compile(
          ALGORITHM
              + " +Credential=([^/,\\s]{1,128})/([0-9]{4}-[0-9]{2}-[0-9]{2})/([^/,\\s]{1,255})"
              + "/tc3_request *, *SignedHeaders=([a-z0-9;_-]{1,1000})"
              + " *, *Signature=([0-9a-f]{64}) *");

  Tc3Authorization {
    signedHeaders = List.copyOf(signedHeaders);
  }

  /// Empty for a text that is none, or where the headers that everybody has to sign are not signed.
  static Optional<Tc3Authorization> parse(String header) {
    Matcher matcher = SYNTAX.matcher(header);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<String> signed = List.of(matcher.group(4).split(";", -1));
    return signed.contains("content-type") && signed.contains("host")
        ? Optional.of(
            new Tc3Authorization(
                matcher.group(1), matcher.group(2), matcher.group(3), signed, matcher.group(5)))
        : Optional.empty();
  }

  String scope() {
    return date + "/" + service + "/tc3_request";
  }
}
