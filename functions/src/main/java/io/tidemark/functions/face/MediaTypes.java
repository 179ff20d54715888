package io.tidemark.functions.face;

import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What is spoken here: JSON.
final class MediaTypes {
  private static final Set<String> ACCEPTABLE =
      Set.of("*/*", "application/*", "application/json", "application/problem+json");

  /// The last one is what `curl -d` says of JSON when nobody tells it otherwise.
  private static final Set<String> READABLE =
      Set.of(
          "application/json", "application/merge-patch+json", "application/x-www-form-urlencoded");

  private MediaTypes() {}

  static void requireAcceptable(RawRequest request) {
    Optional<String> accept = request.header("Accept");
    if (accept.isPresent()
        && !accept.get().isBlank()
        && Arrays.stream(accept.get().split(",", -1)).noneMatch(MediaTypes::isAcceptable)) {
      throw new ProblemException(
          Problem.of(
              Status.NOT_ACCEPTABLE,
              "NOT_ACCEPTABLE",
              "Answers are application/json and application/problem+json",
              "Accept"));
    }
  }

  static void requireJson(RawRequest request) {
    Optional<String> encoding = request.header("Content-Encoding");
    if (encoding.isPresent() && !encoding.get().strip().equalsIgnoreCase("identity")) {
      throw unsupported("Content-Encoding", "A body is sent as it is, with no 'Content-Encoding'");
    }
    Optional<String> type = request.header("Content-Type");
    if (request.body().length() == 0 || type.isEmpty()) {
      return;
    }
    List<String> parts = parts(type.get());
    boolean otherText =
        parts.stream()
            .skip(1)
            .filter(part -> part.startsWith("charset="))
            .map(part -> part.substring("charset=".length()).replace("\"", ""))
            .anyMatch(charset -> !charset.equals("utf-8") && !charset.equals("us-ascii"));
    if (!READABLE.contains(parts.getFirst()) || otherText) {
      throw unsupported("Content-Type", "A body is application/json in UTF-8");
    }
  }

  private static boolean isAcceptable(String range) {
    List<String> parts = parts(range);
    return ACCEPTABLE.contains(parts.getFirst())
        && parts.stream().skip(1).noneMatch(part -> part.matches("q=0(\\.0{0,3})?"));
  }

  private static List<String> parts(String value) {
    return Arrays.stream(value.split(";", -1))
        .map(part -> part.strip().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static ProblemException unsupported(String header, String detail) {
    return new ProblemException(
        Problem.of(Status.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail, header));
  }
}
