package io.tidemark.functions.console;

import io.tidemark.functions.http.RawRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/// What the browser keeps for the console.
final class Cookies {
  static final String SESSION = "tidemark-session";
  static final String LANGUAGE = "tidemark-language";

  /// Written by the page's script, for no header tells it.
  private static final String ZONE = "tidemark-zone";

  private Cookies() {}

  static Optional<String> find(RawRequest request, String name) {
    for (String pair : request.header("Cookie").orElse("").split("[;,] *", -1)) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(pair.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  static ZoneId zone(RawRequest request) {
    try {
      return find(request, ZONE).<ZoneId>map(ZoneId::of).orElse(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  /// For no script to read, and for no other site to send.
  static String session(RawRequest request, String value, Duration lasts) {
    return SESSION
        + "="
        + value
        + "; Path="
        + Visit.ROOT
        + "; Max-Age="
        + lasts.toSeconds()
        + "; HttpOnly; SameSite=Strict"
        + (isSecure(request) ? "; Secure" : "");
  }

  static String language(RawRequest request, String tag) {
    return LANGUAGE
        + "="
        + tag
        + "; Path="
        + Visit.ROOT
        + "; Max-Age="
        + Duration.ofDays(365).toSeconds()
        + "; HttpOnly; SameSite=Lax"
        + (isSecure(request) ? "; Secure" : "");
  }

  /// The server itself speaks http; who puts TLS before it says so.
  private static boolean isSecure(RawRequest request) {
    return request.header("X-Forwarded-Proto").filter("https"::equalsIgnoreCase).isPresent();
  }
}
