package io.tidemark.functions.face;

import io.micronaut.serde.ObjectMapper;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Preconditions;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes answers and problems as JSON, with entity tags.
public final class AnswerWriter {
  private static final String TYPE = "Content-Type";
  private static final String ETAG = "ETag";
  private static final int TAG_BYTES = 12;

  private final ObjectMapper json;

  public AnswerWriter(ObjectMapper json) {
    this.json = json;
  }

  RawAnswer write(RawRequest request, Answer answer) {
    Map<String, String> headers = common();
    headers.putAll(answer.headers());
    RawBody body = answer.document().isPresent() ? bytes(answer.document().get()) : RawBody.EMPTY;
    if (body.length() > 0) {
      headers.putIfAbsent(TYPE, "application/json");
    }
    boolean read = request.method().equals("GET") || request.method().equals("HEAD");
    if (read && answer.status() == Status.OK) {
      headers.putIfAbsent(ETAG, tag(body));
      Preconditions seen = Preconditions.of(request);
      if (seen.isKnown(headers.get(ETAG))) {
        headers.remove(TYPE);
        return new RawAnswer(Status.NOT_MODIFIED, headers, RawBody.EMPTY);
      }
    }
    return new RawAnswer(answer.status(), headers, body);
  }

  RawAnswer write(Problem problem, Map<String, String> more) {
    Map<String, String> headers = common();
    headers.putAll(more);
    headers.put(TYPE, "application/problem+json");
    return new RawAnswer(problem.status(), headers, bytes(problem));
  }

  private static Map<String, String> common() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-cache");
    headers.put("X-Content-Type-Options", "nosniff");
    return headers;
  }

  private RawBody bytes(Object document) {
    if (document instanceof RawBody ready) {
      return ready;
    }
    try {
      return new RawBody(json.writeValueAsBytes(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(RawBody body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.bytes());
      return "\"" + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
