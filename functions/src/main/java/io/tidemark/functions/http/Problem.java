package io.tidemark.functions.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.serde.annotation.Serdeable;

/// What went wrong, after RFC 9457.
///
/// @param type `about:blank`: the status says what kind it is, `code` which
/// @param title the status in words
/// @param detail for people: what failed, on what, and what to do
/// @param code for programs, the same as in the command's JSON: `UNKNOWN_SNAPSHOT`
@Serdeable
public record Problem(String type, String title, int status, String detail, String code) {
  public Problem(HttpStatus status, String code, String detail) {
    this("about:blank", status.getReason(), status.getCode(), detail, code);
  }

  public MutableHttpResponse<Problem> response() {
    return HttpResponse.<Problem>status(HttpStatus.valueOf(status))
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
        .body(this);
  }
}
