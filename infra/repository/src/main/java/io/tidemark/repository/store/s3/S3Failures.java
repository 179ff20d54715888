package io.tidemark.repository.store.s3;

import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/// Turns what the SDK throws into the port's failures, with what to do about each.
final class S3Failures {
  private final S3Settings settings;
  private final String location;

  S3Failures(S3Settings settings, String location) {
    this.settings = settings;
    this.location = location;
  }

  /// What was asked, as it stands in a message.
  enum Ask {
    CREATE("create"),
    READ("read"),
    LIST("list"),
    DELETE("delete"),
    INSPECT("look at");

    private final String verb;

    Ask(String verb) {
      this.verb = verb;
    }
  }

  StoreException translate(Ask ask, String key, RuntimeException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof StoreException ours) {
        return ours;
      }
    }
    String failed =
        "Could not " + ask.verb + " " + (key.isEmpty() ? "" : key + " in ") + location + ": ";
    return e instanceof AwsServiceException answer
        ? answered(ask, key, failed, answer)
        : unanswered(ask, key, failed, e);
  }

  /// The store understood the request and says what is wrong with it: nothing was changed.
  private StoreException answered(Ask ask, String key, String failed, AwsServiceException e) {
    String code = code(e);
    int status = e.statusCode();
    String said = "the store answered " + status + (code.isEmpty() ? "" : " " + code);
    return switch (code) {
      case "NoSuchKey" -> new Missing(key, "There is no " + key + " in " + location);
      case "InvalidRange" ->
          new Missing(key, key + " in " + location + " ends before the bytes that were asked for");
      case "NoSuchBucket" ->
          Denied.noBucket(
              key,
              failed
                  + "there is no bucket '"
                  + settings.location().bucket()
                  + "'. Correct the repository's address, or create the bucket: tidemark repository"
                  + " init does so where these credentials may.",
              e);
      case "InvalidAccessKeyId" ->
          new Denied(
              key, failed + "the store does not know this access key. Check AWS_ACCESS_KEY_ID.", e);
      case "SignatureDoesNotMatch" ->
          new Denied(
              key,
              failed
                  + "the secret does not belong to this access key. Check AWS_SECRET_ACCESS_KEY.",
              e);
      case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
          new Denied(
              key,
              failed + "the session's credentials have expired. Get new ones and try again.",
              e);
      case "InvalidToken", "InvalidTokenId" ->
          new Denied(
              key,
              failed
                  + "the store does not accept the session token. Check AWS_SESSION_TOKEN, or unset"
                  + " it.",
              e);
      case "RequestTimeTooSkewed", "RequestExpired" ->
          new Denied(
              key,
              failed + "this machine's clock differs too much from the store's. Set it right.",
              e);
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "TemporaryRedirect",
          "IllegalLocationConstraintException" ->
          new Denied(
              key,
              failed
                  + "the bucket lies in another region than '"
                  + settings.region().orElse("us-east-1")
                  + "'"
                  + words(e)
                  + ". Set AWS_REGION to the bucket's region.",
              e);
      case "AccessDenied", "AllAccessDisabled", "AccountProblem" ->
          new Denied(
              key,
              failed
                  + "these credentials have no right to do that ("
                  + said
                  + "). Ask whoever runs the store for it.",
              e);
      case "BadDigest",
          "InvalidDigest",
          "IncompleteBody",
          "RequestTimeout",
          "XAmzContentChecksumMismatch" ->
          new Unavailable(
              key, failed + "the bytes did not arrive as they were sent (" + said + ").", e);
      case "ConditionalRequestConflict", "OperationAborted" ->
          new Unavailable(
              key, failed + "somebody else is writing it at this moment (" + said + ").", e);
      case "SlowDown", "ServiceUnavailable", "Throttling", "TooManyRequests", "SlowDownWrite" ->
          busy(key, failed, said, e);
      case "XMinioStorageFull", "InsufficientCapacity", "QuotaExceeded" ->
          new Unavailable(key, failed + "the store is full (" + said + ").", e);
      case "NotImplemented", "MethodNotAllowed" ->
          new Denied(
              key,
              failed
                  + "the store cannot do that ("
                  + said
                  + "). Tidemark needs a store with create-if-absent.",
              e);
      default -> byStatus(ask, key, failed, said, status, e);
    };
  }

  /// No code of S3's, or an unknown one: perhaps not S3 that spoke, but a proxy in front of it.
  private StoreException byStatus(
      Ask ask, String key, String failed, String said, int status, AwsServiceException e) {
    if (status == 403 || status == 401) {
      return new Denied(
          key, failed + "access was refused (" + said + words(e) + "). Check the credentials.", e);
    }
    if (status == 429) {
      return busy(key, failed, said, e);
    }
    if (status == 409) {
      return new Unavailable(
          key, failed + "somebody else is writing it at this moment (" + said + ").", e);
    }
    if (status >= 500) {
      String reason = failed + said + words(e) + ".";
      return ask == Ask.CREATE
          ? new UnknownOutcome(key, reason + " It may have been created all the same.", e)
          : new Unavailable(key, reason + " Try again later.", e);
    }
    if (status == 404) {
      // Not an absent object: S3 says so by name, and absence must not be guessed.
      return new Unavailable(
          key, failed + said + ", not as S3 does. Check that the endpoint is an S3 store.", e);
    }
    return new Denied(
        key,
        failed + said + words(e) + ". Check the endpoint, its http or https, and the bucket.",
        e);
  }

  private static Unavailable busy(String key, String failed, String said, RuntimeException e) {
    return new Unavailable(
        key, failed + "the store is too busy (" + said + "). Try again later.", e);
  }

  private StoreException unanswered(Ask ask, String key, String failed, RuntimeException e) {
    if (has(e, InterruptedException.class)
        || has(e, ClosedByInterruptException.class)
        || e instanceof AbortedException) {
      Thread.currentThread().interrupt();
      return doubtful(ask, key, failed + "it was interrupted.", e);
    }
    if (e instanceof ApiCallAttemptTimeoutException
        || e instanceof ApiCallTimeoutException
        || (has(e, SocketTimeoutException.class) && !has(e, ConnectTimeoutException.class))) {
      return doubtful(
          ask,
          key,
          failed
              + "no answer within "
              + seconds(settings.answerTimeout())
              + ". Check the store and the network.",
          e);
    }
    Optional<String> unsent = unsent(e);
    if (unsent.isPresent()) {
      return new Unavailable(key, failed + unsent.get(), e);
    }
    if (String.valueOf(e.getMessage()).startsWith("Unable to load credentials")
        || String.valueOf(e.getMessage()).startsWith("Unable to load region")) {
      return new Denied(
          key,
          failed
              + "there are no credentials or no region. Set AWS_ACCESS_KEY_ID,"
              + " AWS_SECRET_ACCESS_KEY and AWS_REGION.",
          e);
    }
    Throwable root = root(e);
    return doubtful(
        ask,
        key,
        failed + "the connection broke (" + root + "). Check the store and the network.",
        e);
  }

  /// Why no connection came to stand, so that nothing can have been sent.
  private Optional<String> unsent(RuntimeException e) {
    String to = settings.endpoint().map(Object::toString).orElse("AWS");
    if (has(e, UnknownHostException.class)) {
      return Optional.of(
          "the host name of " + to + " is not known. Check AWS_ENDPOINT_URL_S3 and AWS_REGION.");
    }
    if (has(e, ConnectTimeoutException.class)) {
      return Optional.of(
          "no connection to "
              + to
              + " within "
              + seconds(settings.connectTimeout())
              + ". Check the address and the firewall.");
    }
    if (has(e, ConnectionRequestTimeoutException.class)) {
      return Optional.of(
          "all "
              + settings.connections()
              + " connections to "
              + to
              + " stayed in use. Try again later.");
    }
    if (has(e, ConnectException.class) || has(e, NoRouteToHostException.class)) {
      return Optional.of(
          "nothing answers at "
              + to
              + " ("
              + root(e).getMessage()
              + "). Start the store, or correct AWS_ENDPOINT_URL_S3.");
    }
    if (has(e, SSLHandshakeException.class)
        || (has(e, SSLException.class)
            && String.valueOf(root(e).getMessage()).toLowerCase(Locale.ROOT).contains("ssl m"))) {
      return Optional.of(
          "no TLS connection to "
              + to
              + " ("
              + root(e).getMessage()
              + "). Check http or https, and that this machine trusts the store's certificate.");
    }
    return Optional.empty();
  }

  private static StoreException doubtful(Ask ask, String key, String message, RuntimeException e) {
    return ask == Ask.CREATE
        ? new UnknownOutcome(key, message + " It may have been created all the same.", e)
        : new Unavailable(key, message, e);
  }

  /// The store's name for the error, or `""`.
  static String code(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "" : code;
  }

  static boolean isClockSkew(AwsServiceException e) {
    return Set.of("RequestTimeTooSkewed", "RequestExpired").contains(code(e));
  }

  /// The store's own sentence, cut and made one line: it is not ours and may be a page of HTML.
  private static String words(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String words = details == null ? null : details.errorMessage();
    if (words == null || words.isBlank()) {
      return "";
    }
    String line = words.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return ": " + (line.length() > 200 ? line.substring(0, 200) + "…" : line);
  }

  private static boolean has(Throwable e, Class<? extends Throwable> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)
          && !(type == InterruptedException.class && each instanceof InterruptedIOException)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (Throwable each = e; each != null; each = each.getCause()) {
      root = each;
    }
    return root;
  }

  private static String seconds(Duration span) {
    return span.toMillis() % 1000 == 0 ? span.toSeconds() + " s" : span.toMillis() + " ms";
  }
}
