package io.tidemark.functions.http;

import java.util.Optional;

/// Entity tags that a request names.
public record Preconditions(Optional<String> ifMatch, Optional<String> ifNoneMatch) {

  /// Refuses a change of what the caller has not seen.
  ///
  /// @param etag what is there now has
  /// @throws ProblemException unless `If-Match` is absent or names it
  public void requireMatch(String etag) {
    if (ifMatch.isPresent() && !names(ifMatch.get(), etag, "If-Match")) {
      throw failed();
    }
  }

  /// Whether the caller has it already.
  public boolean isKnown(String etag) {
    return ifNoneMatch.isPresent() && names(ifNoneMatch.get(), etag, "If-None-Match");
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

  private static boolean names(String header, String etag, String name) {
    if (header.length() > 4_096) {
      throw ProblemException.field(name, "'" + name + "' is too long");
    }
    if (header.strip().equals("*")) {
      return true;
    }
    for (String tag : header.split(",", -1)) {
      String plain = tag.strip();
      if ((plain.startsWith("W/") ? plain.substring(2) : plain).equals(etag)) {
        return true;
      }
    }
    return false;
  }
}
