package io.tidemark.functions.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.Status;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes answers of templates, with the headers that every page has.
final class Replies {
  static final int SEE_OTHER = 303;
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(null, ContentType.Html, Replies.class.getClassLoader());

  /// A template with what it names.
  RawAnswer page(int status, String template, Map<String, ?> model) {
    Utf8ByteOutput output = new Utf8ByteOutput();
    engine.render(template + ".jte", new HashMap<>(model), output);
    Map<String, String> headers = headers();
    headers.put("Content-Type", "text/html; charset=utf-8");
    return new RawAnswer(status, headers, new RawBody(output.toByteArray()));
  }

  RawAnswer page(Visit visit, String template, Map<String, ?> model) {
    Map<String, Object> all = new HashMap<>(model);
    all.put("v", visit.view());
    return page(Status.OK, template, all);
  }

  /// A dialog as a page of its own, or as the part that another page asked for.
  RawAnswer dialog(int status, Visit visit, Dialog dialog) {
    return page(
        status,
        visit.isForPart() ? "dialog" : "dialog-page",
        Map.of("v", visit.view(), "dialog", dialog));
  }

  /// Elsewhere, after something was done.
  static RawAnswer redirect(String to) {
    Map<String, String> headers = headers();
    headers.put("Location", to);
    return new RawAnswer(SEE_OTHER, headers, RawBody.EMPTY);
  }

  static RawAnswer with(RawAnswer answer, String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(answer.headers());
    headers.put(name, value);
    return new RawAnswer(answer.status(), headers, answer.body());
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-store");
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "same-origin");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    headers.put("Vary", "Accept-Language, Cookie, HX-Request");
    return headers;
  }
}
