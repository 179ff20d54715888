package io.tidemark.functions.access;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.tidemark.functions.http.Problem;
import org.jspecify.annotations.Nullable;

/// Lets nobody in who does not show the token; paths that do not exist are no exception.
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class AccessFilter {
  private static final String HEALTH = "/health";

  private final BearerToken token;

  AccessFilter(BearerToken token) {
    this.token = token;
  }

  /// Null lets the request pass.
  @RequestFilter
  @Nullable HttpResponse<?> check(HttpRequest<?> request) {
    if (request.getPath().equals(HEALTH)
        || token.isShownBy(request.getHeaders().findFirst(HttpHeaders.AUTHORIZATION))) {
      return null;
    }
    return new Problem(
            HttpStatus.UNAUTHORIZED,
            "UNAUTHORIZED",
            "Show the token that this process was started with: Authorization: Bearer TOKEN")
        .response()
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tidemark\"");
  }
}
