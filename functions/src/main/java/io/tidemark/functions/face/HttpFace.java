package io.tidemark.functions.face;

import io.micronaut.context.BeanProvider;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The HTTP server's way to the dispatcher: it takes every request before the server looks for a
/// route of its own, of which there are none.
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class HttpFace {
  private final Dispatcher dispatcher;
  private final BeanProvider<Site> site;

  HttpFace(Dispatcher dispatcher, BeanProvider<Site> site) {
    this.dispatcher = dispatcher;
    this.site = site;
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> answer(HttpRequest<?> request, @Body byte @Nullable [] body) {
    if (isMalformed(request)) {
      // Where the next request begins is not known.
      return ServerProblems.malformed(HttpResponse.badRequest())
          .header(HttpHeaders.CONNECTION, "close");
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    request.getHeaders().forEach(entry -> headers.put(entry.getKey(), entry.getValue()));
    RawRequest raw =
        new RawRequest(
            request.getMethodName(),
            orEmpty(request.getUri().getRawPath()),
            orEmpty(request.getUri().getRawQuery()),
            headers,
            body == null ? RawBody.EMPTY : new RawBody(body));
    RawAnswer answer = site.get().serves(raw) ? site.get().answer(raw) : dispatcher.answer(raw);
    MutableHttpResponse<byte[]> response = HttpResponse.status(HttpStatus.valueOf(answer.status()));
    answer.headers().forEach(response::header);
    if (answer.body().length() > 0) {
      response.body(answer.body().bytes());
    }
    return response;
  }

  /// Whether it turned out only while the body was read.
  private static boolean isMalformed(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty
        && netty.getNativeRequest().decoderResult().isFailure();
  }

  private static String orEmpty(@Nullable String part) {
    return part == null ? "" : part;
  }
}
