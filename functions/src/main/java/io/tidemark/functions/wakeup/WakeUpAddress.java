package io.tidemark.functions.wakeup;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/// What of a registered address is called: `/wake` there and nothing else, whatever it says.
final class WakeUpAddress {
  private static final String WAKE = "/wake";
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private WakeUpAddress() {}

  /// Empty for an address that is none of an agent: `http://HOST:PORT`, or one that ends with
  /// `/wake`; nothing secret in it, and no query.
  static Optional<URI> of(String registered) {
    URI uri;
    try {
      uri = new URI(registered);
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
    boolean fits =
        uri.getScheme() != null
            && SCHEMES.contains(uri.getScheme())
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!fits) {
      return Optional.empty();
    }
    String path = uri.getRawPath();
    if (path.isEmpty() || path.equals("/")) {
      return Optional.of(uri.resolve(WAKE));
    }
    return path.endsWith(WAKE) ? Optional.of(uri) : Optional.empty();
  }
}
