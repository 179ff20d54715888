package io.tidemark.functions.console;

import io.tidemark.functions.access.Session;
import io.tidemark.functions.access.Sessions;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.console.view.Language;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Coming, going, and choosing a language.
final class SignIn {
  private static final String HERE = Visit.ROOT + "/sign-in";
  private static final String BACK = "to";

  private final Tokens tokens;
  private final Sessions sessions;
  private final Replies replies;

  SignIn(Tokens tokens, Sessions sessions, Replies replies) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.replies = replies;
  }

  /// To the sign-in, and back here from there.
  static RawAnswer required(Visit visit) {
    String page =
        visit.isPost() || visit.isForPart()
            ? ""
            : "?" + BACK + "=" + URLEncoder.encode(visit.request().path(), StandardCharsets.UTF_8);
    if (visit.isForPart()) {
      return new RawAnswer(
          Status.UNAUTHORIZED,
          Map.of("HX-Redirect", HERE, "Cache-Control", "no-store"),
          RawBody.EMPTY);
    }
    return Replies.redirect(HERE + page);
  }

  RawAnswer answer(Visit visit) {
    return switch (visit.segment(0)) {
      case "language" -> language(visit);
      case "sign-out" -> signOut(visit);
      default -> visit.isPost() ? signIn(visit) : page(Status.OK, visit, "");
    };
  }

  private RawAnswer page(int status, Visit visit, String trouble) {
    String back = visit.isPost() ? visit.field(BACK) : visit.query().text(BACK).orElse("");
    return replies.page(
        status, "sign-in", Map.of("v", visit.view(), "to", own(back), "trouble", trouble));
  }

  private RawAnswer signIn(Visit visit) {
    Optional<String> token = tokens.mark(visit.field("token"));
    if (token.isEmpty()) {
      return page(Status.FORBIDDEN, visit, "sign-in.wrong");
    }
    // Another one than before, so that nobody signs in to a session that somebody else knows.
    Session session = sessions.begin(token);
    return Replies.with(
        Replies.redirect(own(visit.field(BACK))),
        "Set-Cookie",
        Cookies.session(visit.request(), sessions.seal(session), Sessions.LASTS));
  }

  private static RawAnswer signOut(Visit visit) {
    if (!visit.isPost()) {
      throw Visit.notFound();
    }
    return Replies.with(
        Replies.redirect(HERE), "Set-Cookie", Cookies.session(visit.request(), "", Duration.ZERO));
  }

  private static RawAnswer language(Visit visit) {
    if (!visit.isPost()) {
      throw Visit.notFound();
    }
    String tag = Language.find(visit.field("language")).orElse(Language.EN).tag();
    return Replies.with(
        Replies.redirect(own(visit.field(BACK))),
        "Set-Cookie",
        Cookies.language(visit.request(), tag));
  }

  /// Leads to a page of ours, whatever somebody wrote into a link.
  private static String own(String path) {
    return path.matches("/console/[A-Za-z0-9/_.%-]*") ? path : Visit.ROOT + "/disks";
  }
}
