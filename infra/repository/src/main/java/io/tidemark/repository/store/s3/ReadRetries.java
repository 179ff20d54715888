package io.tidemark.repository.store.s3;

import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/// When the SDK asks again what may be asked again.
///
/// A store that answered before and is away now, as one that restarts, is waited for as long as
/// [ReadPatience] says. Everything else is tried a few times: what the store itself answers with an
/// error, and a store that never answered, for its address may be wrong.
final class ReadRetries implements RetryStrategy {
  static final int ATTEMPTS = 5;

  /// Told by a store that is starting, overloaded, or behind a proxy that cannot reach it.
  private static final Set<Integer> AWAY = Set.of(429, 502, 503, 504);

  private final RetryStrategy sdk;
  private final Duration total;
  private final Attendance attendance;
  private final LongSupplier nanoTime;

  /// @param failures so far that are not the store's absence
  /// @param attempts failed so far
  private record Token(RetryToken sdk, long firstFailureNanos, int attempts, int failures)
      implements RetryToken {}

  ReadRetries(ReadPatience patience, Attendance attendance, LongSupplier nanoTime) {
    this.total = patience.total();
    this.attendance = attendance;
    this.nanoTime = nanoTime;
    BackoffStrategy waits =
        BackoffStrategy.exponentialDelayHalfJitter(patience.first(), patience.longest());
    // Which failures may be tried again, and how long to wait, is the SDK's; for how long is not:
    // its bucket of tokens would be empty after a few seconds of many requests.
    sdk =
        AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .maxAttempts(Integer.MAX_VALUE)
            .circuitBreakerEnabled(false)
            .backoffStrategy(waits)
            .throttlingBackoffStrategy(waits)
            .build();
  }

  @Override
  public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
    AcquireInitialTokenResponse response = sdk.acquireInitialToken(request);
    return AcquireInitialTokenResponse.create(
        new Token(response.token(), 0, 0, 0), response.delay());
  }

  @Override
  public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
    Token token = (Token) request.token();
    boolean isAway = isAway(request.failure());
    if (isAway) {
      attendance.missed();
    }
    long now = nanoTime.getAsLong();
    Token next =
        new Token(
            token.sdk,
            token.attempts == 0 ? now : token.firstFailureNanos,
            token.attempts + 1,
            token.failures + (isAway ? 0 : 1));
    RefreshRetryTokenResponse response =
        sdk.refreshRetryToken(
            RefreshRetryTokenRequest.builder()
                .token(token.sdk)
                .failure(request.failure())
                .suggestedDelay(request.suggestedDelay().orElse(Duration.ZERO))
                .build());
    boolean mayWait = isAway && attendance.wasSeen();
    boolean isOver =
        mayWait
            ? now - next.firstFailureNanos + response.delay().toNanos() > total.toNanos()
            : (isAway ? next.attempts : next.failures) >= ATTEMPTS;
    if (isOver) {
      if (mayWait) {
        attendance.gone();
      }
      throw new TokenAcquisitionFailedException(
          "Tried " + next.attempts + " times", token, request.failure());
    }
    return RefreshRetryTokenResponse.create(
        new Token(response.token(), next.firstFailureNanos, next.attempts, next.failures),
        response.delay());
  }

  private static boolean isAway(Throwable failure) {
    return failure instanceof AwsServiceException answer
        ? AWAY.contains(answer.statusCode())
        // The store was there: it began to answer.
        : !(failure instanceof RetryableException);
  }

  @Override
  public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
    Token token = (Token) request.token();
    sdk.recordSuccess(RecordSuccessRequest.create(token.sdk));
    return RecordSuccessResponse.create(token);
  }

  @Override
  public int maxAttempts() {
    return sdk.maxAttempts();
  }

  @Override
  public boolean useClientDefaults() {
    return false; // They are in.
  }

  @Override
  public RetryStrategy.Builder<?, ?> toBuilder() {
    throw new UnsupportedOperationException("There is nothing to change about it");
  }
}
