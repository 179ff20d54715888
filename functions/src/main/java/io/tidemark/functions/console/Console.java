package io.tidemark.functions.console;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.Session;
import io.tidemark.functions.access.Sessions;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.Language;
import io.tidemark.functions.console.view.Texts;
import io.tidemark.functions.console.view.View;
import io.tidemark.functions.face.Dispatcher;
import io.tidemark.functions.face.Site;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.Parameters;
import io.tidemark.functions.http.Percent;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.collect.TrashWindow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything under `/console`: who visits, in which language, whether a form is one of ours, and
/// the page that answers.
public final class Console implements Site {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final String FORM_KEY = "form-key";

  private final Dispatcher dispatcher;
  private final Tokens tokens;
  private final Sessions sessions;
  private final TrashWindow trash;
  private final InstantSource clock;
  private final Assets assets = new Assets();
  private final Replies replies = new Replies();
  private final SignIn signIn;
  private final Map<String, Section> sections;

  private Console(
      Dispatcher dispatcher,
      Tokens tokens,
      Sessions sessions,
      OpenRepository opened,
      TrashWindow trash,
      InstantSource clock) {
    this.dispatcher = dispatcher;
    this.tokens = tokens;
    this.sessions = sessions;
    this.trash = trash;
    this.clock = clock;
    this.signIn = new SignIn(tokens, sessions, replies);
    Functions functions = new Functions(dispatcher, opened);
    this.sections =
        Map.of(
            "disks",
            new DiskSection(functions, replies),
            "snapshots",
            new SnapshotSection(functions, replies),
            "restores",
            new RestoreSection(functions, replies),
            "policies",
            new PolicySection(functions, replies),
            "overview",
            new OverviewSection(functions, replies));
  }

  /// @param sessions with a key of this process or of all that serve together
  /// @param trash how long collections leave what is deleted in the trash
  public static Site of(
      Dispatcher dispatcher,
      Tokens tokens,
      Sessions sessions,
      OpenRepository opened,
      TrashWindow trash,
      InstantSource clock) {
    return new Console(dispatcher, tokens, sessions, opened, trash, clock);
  }

  @Override
  public boolean serves(RawRequest request) {
    return request.path().equals(Visit.ROOT) || request.path().startsWith(Visit.ROOT + "/");
  }

  @Override
  public RawAnswer answer(RawRequest request) {
    if (request.path().startsWith(Assets.FOLDER)) {
      Optional<RawAnswer> asset = assets.find(request.path());
      if (asset.isPresent()) {
        return asset.get();
      }
    }
    Optional<Session> known = Cookies.find(request, Cookies.SESSION).flatMap(sessions::open);
    Optional<Caller> caller = known.flatMap(Session::token).flatMap(tokens::findByMark);
    Session session = known.orElseGet(() -> sessions.begin(Optional.empty()));
    Visit bare =
        new Visit(
            request,
            List.of(),
            new Parameters(Map.of()),
            Map.of(),
            session,
            caller,
            new Texts(language(request), Cookies.zone(request)),
            clock.instant(),
            trash,
            assets.addresses());
    RawAnswer answer;
    try {
      answer = answered(read(bare));
    } catch (RuntimeException | StackOverflowError e) {
      answer = failed(bare, e);
    }
    return known.isPresent() || answer.headers().containsKey("Set-Cookie")
        ? answer
        : Replies.with(
            answer, "Set-Cookie", Cookies.session(request, sessions.seal(session), Sessions.LASTS));
  }

  private static Language language(RawRequest request) {
    return Cookies.find(request, Cookies.LANGUAGE)
        .flatMap(Language::find)
        .orElseGet(() -> Language.preferred(request.header("Accept-Language").orElse("")));
  }

  private static Visit read(Visit bare) {
    RawRequest request = bare.request();
    List<String> path =
        Arrays.stream(request.path().substring(Visit.ROOT.length()).split("/", -1))
            .filter(segment -> !segment.isEmpty())
            .map(Percent::segment)
            .toList();
    boolean post = request.method().equals("POST");
    return new Visit(
        request,
        path,
        new Parameters(Percent.query(request.query())),
        post ? fields(request) : Map.of(),
        bare.session(),
        bare.signedIn(),
        bare.texts(),
        bare.now(),
        bare.trash(),
        bare.assets());
  }

  /// No field of ours is there twice.
  private static Map<String, String> fields(RawRequest request) {
    Map<String, String> fields = new LinkedHashMap<>();
    Percent.form(request.body()).forEach((name, values) -> fields.put(name, values.getFirst()));
    return fields;
  }

  private RawAnswer answered(Visit visit) {
    dispatcher.count(visit.signedIn());
    switch (visit.request().method()) {
      case "GET", "HEAD" -> {}
      case "POST" -> requireOwnForm(visit);
      default ->
          throw new ProblemException(
              Problem.of(
                  Status.METHOD_NOT_ALLOWED,
                  "METHOD_NOT_ALLOWED",
                  "Pages know GET, HEAD and POST only"),
              Map.of("Allow", "GET, HEAD, POST"));
    }
    String first = visit.segment(0);
    switch (first) {
      case "sign-in", "sign-out", "language" -> {
        return signIn.answer(visit);
      }
      case "" -> {
        return Replies.redirect(Visit.ROOT + "/disks");
      }
      default -> {}
    }
    if (visit.signedIn().isEmpty()) {
      return SignIn.required(visit);
    }
    Section section = sections.get(first);
    if (section == null) {
      throw Visit.notFound();
    }
    return section.answer(visit);
  }

  /// Another site cannot know what this session's forms carry; where the browser says who sends,
  /// that has to be us, too.
  private static void requireOwnForm(Visit visit) {
    String site = visit.request().header("Sec-Fetch-Site").orElse("same-origin");
    byte[] sent = visit.form().getOrDefault(FORM_KEY, "").getBytes(StandardCharsets.UTF_8);
    byte[] wanted = visit.session().formKey().getBytes(StandardCharsets.UTF_8);
    if (!site.equals("same-origin") || !MessageDigest.isEqual(sent, wanted)) {
      throw new ProblemException(
          Problem.of(
              Status.FORBIDDEN,
              "FOREIGN_FORM",
              "The form is none of this session's. Open the page again."));
    }
  }

  private RawAnswer failed(Visit visit, Throwable thrown) {
    Problem problem = Failures.problem(thrown);
    if (problem.status() == Status.INTERNAL) {
      LOG.error("{} {}", visit.request().method(), Percent.shown(visit.request().path()), thrown);
    }
    View view = visit.view();
    return replies.page(
        problem.status(),
        visit.isForPart() ? "problem-part" : "problem",
        Map.of("v", view, "trouble", trouble(visit.texts(), problem)));
  }

  /// What went wrong in words of the visitor's language.
  static Dialog.Trouble trouble(Texts texts, Problem problem) {
    return new Dialog.Trouble(
        texts.find("error." + problem.code()).orElseGet(() -> texts.text("error.OTHER")),
        problem.code(),
        problem.detail());
  }
}
