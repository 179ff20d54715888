package io.tidemark.functions.http;

import java.util.Optional;
import java.util.regex.Pattern;

/// Entity tags that a request names.
public record Preconditions(Optional<String> ifMatch, Optional<String> ifNoneMatch) {
  private static final Pattern TAGS = Pattern.compile("[ -~]{1,1000}");

  /// @throws ProblemException when one is none of 1 to 1,000 printable ASCII characters
  public Preconditions {
    requireTags("If-Match", ifMatch);
    requireTags("If-None-Match", ifNoneMatch);
  }

  public static Preconditions of(RawRequest request) {
    return new Preconditions(request.header("If-Match"), request.header("If-None-Match"));
  }

  private static void requireTags(String name, Optional<String> header) {
    if (header.isPresent() && !TAGS.matcher(header.get()).matches()) {
      throw ProblemException.field(
          name, "'" + name + "' is not 1 to 1,000 printable ASCII characters");
    }
  }

  /// Refuses a change of what the caller has not seen.
  ///
  /// @param etag what is there now has
  /// @throws ProblemException unless `If-Match` is absent or names it; a weak tag names nothing
  ///   here
  public void requireMatch(String etag) {
    if (ifMatch.isPresent() && !names(ifMatch.get(), etag, "")) {
      throw failed();
    }
  }

  /// Whether the caller has it already.
  public boolean isKnown(String etag) {
    return ifNoneMatch.isPresent() && names(ifNoneMatch.get(), etag, "W/");
  }

  public static ProblemException failed() {
    return new ProblemException(
        Problem.of(
            Status.PRECONDITION_FAILED,
            "CHANGED_MEANWHILE",
            "It is not as 'If-Match' says any more. Nothing was changed; read it again and decide"
                + " anew.",
            "If-Match"));
  }

  private static boolean names(String header, String etag, String ignored) {
    if (header.strip().equals("*")) {
      return true;
    }
    for (String tag : header.split(",", -1)) {
      String plain = tag.strip();
      if (plain.equals(etag) || plain.equals(ignored + etag)) {
        return true;
      }
    }
    return false;
  }
}
