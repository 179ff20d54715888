package io.tidemark.functions.cbs;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.action.Action;
import io.tidemark.functions.cbs.action.ActionCall;
import io.tidemark.functions.cbs.action.Actions;
import io.tidemark.functions.cbs.action.Place;
import io.tidemark.functions.cbs.signature.Tc3Verifier;
import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Envelope;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.functions.cbs.wire.FlatParameters;
import io.tidemark.functions.cbs.wire.Language;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.Percent;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers requests of the CBS API.
public final class CbsFace {
  private static final Logger LOG = LoggerFactory.getLogger(CbsFace.class);
  private static final String VERSION = "2017-03-12";
  private static final String ACTION = "X-TC-Action";
  private static final String FORM = "application/x-www-form-urlencoded";

  /// How older signatures, which this server does not know, name an action.
  private static final Pattern OLD = Pattern.compile("(^|&)Action=");

  /// In whose name requests are counted that nobody signed.
  private static final Caller NOBODY = new Caller("nobody", Role.READER);

  private final Tc3Verifier verifier;
  private final RateLimit rate;
  private final OpenRepository opened;
  private final CbsSettings settings;
  private final Limits limits;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// The largest request that is read.
  ///
  /// @param addressCharacters of path and query
  public record Limits(int bodyBytes, int addressCharacters) {}

  /// @param clock that requests' times are held against
  /// @param random for the ids of requests
  public CbsFace(
      Tokens tokens,
      RateLimit rate,
      OpenRepository opened,
      CbsSettings settings,
      Limits limits,
      InstantSource clock,
      RandomGenerator random) {
    this.verifier = new Tc3Verifier(tokens, settings.otherHosts());
    this.rate = rate;
    this.opened = opened;
    this.settings = settings;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /// Whether a request means this API: everything at `/` that names an action or is signed, also by
  /// the older way, which is told that it is not let in.
  public static boolean isFor(RawRequest request) {
    return (request.path().isEmpty() || request.path().equals("/"))
        && (request.header(ACTION).isPresent()
            || Tc3Verifier.isSigned(request)
            || OLD.matcher(request.query()).find()
            || type(request).equals(FORM));
  }

  public RawAnswer answer(RawRequest request) {
    String id = requestId();
    String action = request.header(ACTION).map(String::strip).orElse("");
    try {
      return answer(Envelope.success(perform(request, action), id));
    } catch (RuntimeException | StackOverflowError e) {
      CbsException fault = Faults.of(e, action);
      if (fault.code().equals(Faults.INTERNAL)) {
        LOG.error("{}, request {}", Percent.shown(action), id, e);
      }
      return failure(fault, request.header("X-TC-Language"), id);
    }
  }

  /// For a request that is larger than what the server reads.
  ///
  /// @param language the header that names one
  public RawAnswer tooLarge(Optional<String> language) {
    return failure(tooLarge(), language, requestId());
  }

  private static RawAnswer failure(CbsException fault, Optional<String> language, String id) {
    return answer(Envelope.failure(fault.code(), fault.words().in(Language.of(language)), id));
  }

  private static RawAnswer answer(RawBody body) {
    Map<String, String> headers = new LinkedHashMap<>();
    // Some clients look for errors in this very type only.
    headers.put("Content-Type", "application/json");
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    return new RawAnswer(Status.OK, headers, body);
  }

  private Fields perform(RawRequest request, String name) {
    if (!request.method().equals("POST") && !request.method().equals("GET")) {
      throw new CbsException(
          "UnsupportedProtocol", "Requests are made by POST or GET.", "仅支持 POST 和 GET 请求。");
    }
    if (request.body().length() > limits.bodyBytes()
        || request.query().length() > limits.addressCharacters()) {
      throw tooLarge();
    }
    Caller caller = caller(request);
    if (name.isEmpty()) {
      throw missing(ACTION);
    }
    requireVersion(request);
    Action action = Actions.find(name);
    if (!caller.role().includes(action.role())) {
      throw new CbsException(
          "AuthFailure.UnauthorizedOperation",
          name
              + " takes the role "
              + action.role().text()
              + ", and "
              + caller.name()
              + " has the role "
              + caller.role().text()
              + ".",
          name
              + " 需要角色 "
              + action.role().text()
              + "，而 "
              + caller.name()
              + " 的角色是 "
              + caller.role().text()
              + "。");
    }
    Arguments arguments = arguments(request);
    arguments.requireKnown(action.parameters());
    Repository repository = opened.of(caller);
    Place place = new Place(repository.info().region(), settings.timeZone());
    requireRegion(request, place);
    return action
        .work()
        .apply(
            new ActionCall(
                caller,
                arguments,
                repository,
                place,
                Language.of(request.header("X-TC-Language"))));
  }

  private Caller caller(RawRequest request) {
    try {
      Caller caller = verifier.verify(request, clock.instant());
      requireRate(caller);
      return caller;
    } catch (CbsException e) {
      if (e.code().startsWith("AuthFailure")) {
        requireRate(NOBODY);
      }
      throw e;
    }
  }

  private void requireRate(Caller caller) {
    if (rate.count(caller.name()).isPresent()) {
      throw new CbsException(
          "RequestLimitExceeded",
          "More requests than are let through; try again in a second.",
          "请求频率超过限制，请稍后重试。");
    }
  }

  private static void requireVersion(RawRequest request) {
    String version = request.header("X-TC-Version").orElseThrow(() -> missing("X-TC-Version"));
    if (!version.equals(VERSION)) {
      throw new CbsException(
          "NoSuchVersion",
          "The only version here is " + VERSION + ".",
          "接口版本不存在，此服务仅支持 " + VERSION + "。");
    }
  }

  private static void requireRegion(RawRequest request, Place place) {
    Optional<String> region = request.header("X-TC-Region").filter(text -> !text.isEmpty());
    if (region.filter(text -> !text.equals(place.region())).isPresent()) {
      String shown = Percent.shown(region.get());
      throw new CbsException(
          "UnsupportedRegion",
          "This repository is the region " + place.region() + ", not " + shown + ".",
          "此存储库的地域是 " + place.region() + "，不支持 " + shown + "。");
    }
  }

  private static Arguments arguments(RawRequest request) {
    if (request.method().equals("GET")) {
      return Arguments.of(
          FlatParameters.nested(Percent.query(request.query())), Arguments.Form.FLAT);
    }
    boolean encoded =
        request
            .header("Content-Encoding")
            .filter(text -> !text.strip().equalsIgnoreCase("identity"))
            .isPresent();
    if (!type(request).equals("application/json") || encoded) {
      throw new CbsException(
          "InvalidParameter",
          "What is posted is application/json, and sent as it is.",
          "POST 请求的内容类型必须是 application/json，且不能压缩。");
    }
    return Arguments.of(new JsonBody(request.body()).values(), Arguments.Form.JSON);
  }

  private static String type(RawRequest request) {
    return request
        .header("Content-Type")
        .orElse("")
        .split(";", -1)[0]
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static CbsException missing(String header) {
    return new CbsException(
        "MissingParameter", "The header `" + header + "` is missing.", "缺少公共参数 `" + header + "`。");
  }

  private CbsException tooLarge() {
    return new CbsException(
        "RequestSizeLimitExceeded",
        "The request is larger than "
            + limits.bodyBytes()
            + " bytes, or its query than "
            + limits.addressCharacters()
            + " characters.",
        "请求超过大小限制：内容最大 "
            + limits.bodyBytes()
            + " 字节，查询串最长 "
            + limits.addressCharacters()
            + " 个字符。");
  }

  /// A random UUID, which has a version and a variant in six of its bits.
  private String requestId() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
