package io.tidemark.functions.console;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.Session;
import io.tidemark.functions.console.view.Texts;
import io.tidemark.functions.console.view.View;
import io.tidemark.functions.http.Parameters;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request to the console.
///
/// @param path behind [#ROOT], segment by segment
/// @param form what was sent; empty but for POST
/// @param session may be one that nobody signed in to
/// @param signedIn whose session it is
/// @param trash how long what is deleted can be brought back
record Visit(
    RawRequest request,
    List<String> path,
    Parameters query,
    Map<String, String> form,
    Session session,
    Optional<Caller> signedIn,
    Texts texts,
    Instant now,
    TrashWindow trash,
    View.Assets assets) {
  static final String ROOT = "/console";

  Visit {
    path = List.copyOf(path);
    form = Map.copyOf(form);
  }

  /// Who asks; only called behind the sign-in.
  Caller caller() {
    return signedIn.orElseThrow();
  }

  /// For what is done without a function, which would ask for it.
  void requireRole(Role needed) {
    if (!caller().role().includes(needed)) {
      throw new ProblemException(
          Problem.of(
              Status.FORBIDDEN,
              "FORBIDDEN",
              "This takes the role "
                  + needed.text()
                  + ", and "
                  + caller().name()
                  + " has the role "
                  + caller().role().text()));
    }
  }

  boolean isPost() {
    return request.method().equals("POST");
  }

  /// Whether part of a page is asked for, to be put into one that is there.
  boolean isForPart() {
    return request.header("HX-Request").isPresent();
  }

  String segment(int index) {
    return index < path.size() ? path.get(index) : "";
  }

  /// The snapshot that a segment names, as the API would take it.
  SnapshotSelector snapshot(int index) {
    try {
      return SnapshotSelector.parse(segment(index));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.of(Status.NOT_FOUND, "UNKNOWN_SNAPSHOT", String.valueOf(e.getMessage())));
    }
  }

  /// A field of the form; "" when it was not sent.
  String field(String name) {
    return form.getOrDefault(name, "").strip();
  }

  View view() {
    return new View(
        texts,
        signedIn,
        session.formKey(),
        request.path(),
        now,
        query.text("done").filter(key -> texts.find("done." + key, "").isPresent()).orElse(""),
        trash.span(),
        assets);
  }

  String t(String key, Object... arguments) {
    return texts.text(key, arguments);
  }

  static ProblemException notFound() {
    return new ProblemException(Problem.of(Status.NOT_FOUND, "NOT_FOUND", "There is no such page"));
  }
}
