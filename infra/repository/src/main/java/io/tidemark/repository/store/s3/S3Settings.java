package io.tidemark.repository.store.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How to reach a repository in S3.
///
/// @param endpoint where the store listens; buckets are then addressed by path. Empty: AWS itself
/// @param region empty: `us-east-1` at an endpoint, else what the AWS SDK finds
/// @param credentials empty: what the AWS SDK's default chain finds (profile, container, instance)
/// @param connections at most that many at once; further requests wait for one
/// @param connectTimeout until a connection stands
/// @param answerTimeout without a byte from the store; a request as a whole may also take the time
///   of its body at 64 KiB/s
/// @param patience with a store that is away
public record S3Settings(
    S3Location location,
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<S3Credentials> credentials,
    int connections,
    Duration connectTimeout,
    Duration answerTimeout,
    ReadPatience patience) {

  public S3Settings {
    if (connections < 1 || !connectTimeout.isPositive() || !answerTimeout.isPositive()) {
      throw new IllegalArgumentException(
          connections + " connections, " + connectTimeout + " and " + answerTimeout);
    }
    endpoint.ifPresent(S3Settings::requireEndpoint);
  }

  /// Reads `AWS_ENDPOINT_URL_S3` (or `AWS_ENDPOINT_URL`), `AWS_REGION` (or `AWS_DEFAULT_REGION`),
  /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
  ///
  /// @throws IllegalArgumentException saying which variable is wrong, never with a secret
  public static S3Settings fromEnvironment(S3Location location, Map<String, String> environment) {
    String id = value(environment, "AWS_ACCESS_KEY_ID");
    String secret = value(environment, "AWS_SECRET_ACCESS_KEY");
    if ((id == null) != (secret == null)) {
      throw new IllegalArgumentException(
          (id == null ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY")
              + " is not set, and its other half is: set both or none");
    }
    return new S3Settings(
        location,
        first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL").map(S3Settings::endpoint),
        first(environment, "AWS_REGION", "AWS_DEFAULT_REGION"),
        id == null || secret == null
            ? Optional.empty()
            : Optional.of(
                new S3Credentials(
                    id, secret, Optional.ofNullable(value(environment, "AWS_SESSION_TOKEN")))),
        64,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        ReadPatience.FOR_A_RESTART);
  }

  /// Reads the address of a store.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static URI endpoint(String url) {
    try {
      return requireEndpoint(URI.create(url));
    } catch (IllegalArgumentException e) {
      // Not the text itself, nor the parser's message that quotes it: a password may be part of it.
      throw e.getMessage() != null && e.getMessage().startsWith("The endpoint")
          ? e
          : new IllegalArgumentException("The endpoint is no URL: write http://HOST:PORT");
    }
  }

  public S3Settings withLocation(S3Location other) {
    return new S3Settings(
        other, endpoint, region, credentials, connections, connectTimeout, answerTimeout, patience);
  }

  public S3Settings withEndpoint(URI other) {
    return new S3Settings(
        location,
        Optional.of(other),
        region,
        credentials,
        connections,
        connectTimeout,
        answerTimeout,
        patience);
  }

  public S3Settings withCredentials(S3Credentials other) {
    return new S3Settings(
        location,
        endpoint,
        region,
        Optional.of(other),
        connections,
        connectTimeout,
        answerTimeout,
        patience);
  }

  public S3Settings withTimeouts(Duration connect, Duration answer) {
    return new S3Settings(
        location, endpoint, region, credentials, connections, connect, answer, patience);
  }

  public S3Settings withConnections(int most) {
    return new S3Settings(
        location, endpoint, region, credentials, most, connectTimeout, answerTimeout, patience);
  }

  public S3Settings withPatience(ReadPatience other) {
    return new S3Settings(
        location, endpoint, region, credentials, connections, connectTimeout, answerTimeout, other);
  }

  private static URI requireEndpoint(URI endpoint) {
    String scheme = endpoint.getScheme();
    if (!("http".equals(scheme) || "https".equals(scheme))
        || endpoint.getHost() == null
        || endpoint.getRawUserInfo() != null
        || endpoint.getRawQuery() != null
        || endpoint.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The endpoint has to look like http://HOST:PORT or https://HOST, without user or query");
    }
    return endpoint;
  }

  private static Optional<String> first(
      Map<String, String> environment, String name, String otherName) {
    return Optional.ofNullable(value(environment, name))
        .or(() -> Optional.ofNullable(value(environment, otherName)));
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
