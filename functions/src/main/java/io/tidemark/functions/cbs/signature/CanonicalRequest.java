package io.tidemark.functions.cbs.signature;

import io.tidemark.functions.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// The text of a request that is signed.
final class CanonicalRequest {
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /// How values of headers are taken: the documentation says in lower case, the SDKs as they are.
  enum Values {
    VERBATIM,
    LOWER_CASE
  }

  private CanonicalRequest() {}

  /// SHA-256 of the text, in lower-case hexadecimal digits.
  ///
  /// @param signedHeaders as the signer lists them
  /// @param host in place of the header `Host`
  static String hash(RawRequest request, List<String> signedHeaders, String host, Values values) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n').append("/\n");
    text.append(request.method().equals("POST") ? "" : request.query()).append('\n');
    for (String name : new TreeSet<>(signedHeaders)) {
      String value = name.equals("host") ? host : request.header(name).orElse("");
      text.append(name).append(':').append(of(value.strip(), values)).append('\n');
    }
    text.append('\n').append(String.join(";", signedHeaders)).append('\n');
    text.append(hash(payload(request)));
    return hash(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String of(String value, Values values) {
    return switch (values) {
      case VERBATIM -> value;
      case LOWER_CASE -> value.toLowerCase(Locale.ROOT);
    };
  }

  private static byte[] payload(RawRequest request) {
    boolean unsigned = request.header("X-TC-Content-SHA256").filter(UNSIGNED::equals).isPresent();
    return unsigned ? UNSIGNED.getBytes(StandardCharsets.US_ASCII) : request.body().bytes();
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
