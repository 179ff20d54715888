package io.tidemark.repository.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome.Deleted;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import io.tidemark.repository.store.s3.Trouble.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A real server at the end of a line that breaks: every create ends certain, and every other call
/// ends well or says why not.
@Timeout(120)
public abstract class NetworkTroubleContract {
  private static final int BODY_BYTES = 2 << 20;

  private final ByteBuffer mine = random(1);
  private final ByteBuffer theirs = random(2);
  private S3Settings settings;
  private FaultyLine line;
  private S3ObjectStore store;
  private S3ObjectStore direct;

  /// How to reach an empty place on the server.
  protected abstract S3Settings server();

  /// Whether the server shows a body that it has not got whole, or not yet thrown away, as another
  /// object. No server should; one that does so says here under which names.
  protected boolean isUnfinished(String key, String listed) {
    return false;
  }

  @BeforeEach
  void connect() {
    settings = server();
    URI endpoint = settings.endpoint().orElseThrow();
    direct = S3ObjectStore.open(settings);
    line = FaultyLine.to(endpoint);
    store = S3ObjectStore.open(settings.withEndpoint(line.endpoint()));
  }

  @AfterEach
  void disconnect() throws IOException {
    store.close();
    direct.close();
    line.close();
  }

  static Stream<Trouble> troubles() {
    return Stream.of(
        new Trouble.CutBefore(),
        new Trouble.CutInRequest(0),
        new Trouble.CutInRequest(BODY_BYTES / 2),
        new Trouble.CutInRequest(BODY_BYTES),
        new Trouble.CutAfter(),
        new Trouble.TurnBit(BODY_BYTES / 3),
        Answer.error(503, "SlowDown"),
        Answer.error(500, "InternalError"),
        Answer.error(409, "ConditionalRequestConflict"),
        Answer.html(502, "<html>Bad gateway</html>"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void settlesACreateAsOurs(Trouble trouble) {
    line.plan("PUT", trouble);
    assertThat(settle(store)).isEqualTo(Settled.OURS);
    assertThat(line.requests("PUT").size()).isGreaterThan(1);
    assertThat(ByteBuffer.wrap(direct.get("key"))).isEqualTo(mine);
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void settlesACreateAsNotOurs(Trouble trouble) {
    direct.createIfAbsent("key", theirs);
    line.plan("PUT", trouble);
    assertThat(settle(store)).isEqualTo(Settled.NOT_OURS);
    assertThat(ByteBuffer.wrap(direct.get("key"))).isEqualTo(theirs);
  }

  @Test
  void settlesACreateThroughManyTroubles() {
    troubles().forEach(trouble -> line.plan("PUT", trouble));
    line.plan("GET", Answer.error(503, "SlowDown"));
    line.plan("GET", new Trouble.CutAfter());
    assertThat(settle(store)).isEqualTo(Settled.OURS);
    assertThat(ByteBuffer.wrap(direct.get("key"))).isEqualTo(mine);
  }

  @Test
  void settlesACreateThatGotNoAnswer() {
    try (S3ObjectStore impatient =
        S3ObjectStore.open(
            server()
                .withEndpoint(line.endpoint())
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1)))) {
      line.plan("PUT", new Trouble.Stall());
      assertThat(settle(impatient)).isEqualTo(Settled.OURS);
    }
  }

  @Test
  void neverKeepsAPartOfABody() {
    line.plan("PUT", new Trouble.CutInRequest(BODY_BYTES - 1));
    assertThatThrownBy(() -> store.createIfAbsent("key", mine)).isInstanceOf(UnknownOutcome.class);
    assertThatThrownBy(() -> direct.get("key")).isInstanceOf(Missing.class);
    assertThat(direct.list("", "", 10).entries())
        .map(Listing.Entry::key)
        .filteredOn(listed -> !isUnfinished("key", listed))
        .isEmpty();
  }

  @Test
  void findsABodyThatWasDamagedOnTheWay() {
    line.plan("PUT", new Trouble.TurnBit(77));
    assertThatThrownBy(() -> store.createIfAbsent("key", mine)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> direct.get("key")).isInstanceOf(Missing.class);
  }

  @Test
  void readsThroughTroubles() {
    direct.createIfAbsent("key", mine);
    line.plan("GET", new Trouble.CutBefore());
    line.plan("GET", new Trouble.CutInReply(1_000));
    line.plan("GET", Answer.error(503, "SlowDown"));
    assertThat(ByteBuffer.wrap(store.get("key"))).isEqualTo(mine);
    line.plan("GET", new Trouble.CutInReply(10));
    assertThat(ByteBuffer.wrap(store.get("key", new ByteRange(5, 100))))
        .isEqualTo(mine.slice(5, 100));
    line.plan("GET", new Trouble.CutAfter());
    assertThat(store.list("", "", 10).entries()).hasSize(1);
  }

  @Test
  void waitsForAStoreThatIsAwayOnceItHasAnswered() {
    direct.createIfAbsent("key", mine);
    try (S3ObjectStore patient = patient(Duration.ofMinutes(1))) {
      assertThat(patient.list("", "", 10).entries()).hasSize(1);
      for (int i = 0; i < 10; i++) {
        line.plan("GET", new Trouble.CutBefore());
        line.plan("GET", Answer.html(502, "<html>Bad gateway</html>"));
        line.plan("GET", Answer.error(503, "XMinioServerNotInitialized"));
      }
      assertThat(ByteBuffer.wrap(patient.get("key"))).isEqualTo(mine);
      assertThat(line.requests("GET")).hasSize(32);
      assertThat(patient.isAwaited()).isFalse();
      for (int i = 0; i < 10; i++) {
        line.plan("GET", new Trouble.CutBefore());
      }
      assertThat(patient.list("", "", 10).entries()).hasSize(1);
    }
  }

  @Test
  void tellsSoonThatNoStoreIsThere() {
    try (S3ObjectStore patient = patient(Duration.ofDays(1))) {
      for (int i = 0; i < ReadRetries.ATTEMPTS; i++) {
        line.plan("GET", Answer.error(503, "SlowDown"));
      }
      assertThatThrownBy(() -> patient.get("key")).isInstanceOf(Unavailable.class);
      assertThat(line.requests("GET")).hasSize(ReadRetries.ATTEMPTS);
      assertThat(patient.isAwaited()).isFalse();
    }
  }

  @Test
  void triesWhatTheStoreItselfFailsAtAFewTimes() {
    direct.createIfAbsent("key", mine);
    try (S3ObjectStore patient = patient(Duration.ofDays(1))) {
      assertThat(patient.list("", "", 10).entries()).hasSize(1);
      for (Trouble trouble :
          List.of(Answer.error(500, "InternalError"), new Trouble.CutInReply(100))) {
        int before = line.requests("GET").size();
        for (int i = 0; i < ReadRetries.ATTEMPTS; i++) {
          line.plan("GET", trouble);
        }
        assertThatThrownBy(() -> patient.get("key")).isInstanceOf(Unavailable.class);
        assertThat(line.requests("GET")).hasSize(before + ReadRetries.ATTEMPTS);
      }
    }
  }

  @Test
  void givesUpAStoreThatStaysAwayAndThenSaysSoAtOnce() {
    try (S3ObjectStore patient = patient(Duration.ofMillis(30))) {
      assertThat(patient.list("", "", 10).entries()).isEmpty();
      for (int i = 0; i < 60; i++) {
        line.plan("GET", Answer.error(503, "SlowDown"));
      }
      assertThatThrownBy(() -> patient.get("key")).isInstanceOf(Unavailable.class);
      int before = line.requests("GET").size();
      assertThatThrownBy(() -> patient.get("key")).isInstanceOf(Unavailable.class);
      assertThat(line.requests("GET")).hasSize(before + ReadRetries.ATTEMPTS);
    }
  }

  private S3ObjectStore patient(Duration total) {
    return S3ObjectStore.open(
        settings
            .withEndpoint(line.endpoint())
            .withPatience(new ReadPatience(Duration.ofMillis(1), Duration.ofMillis(4), total)));
  }

  @Test
  void deletesThroughTroubles() {
    direct.createIfAbsent("a", mine);
    direct.createIfAbsent("b", mine);
    line.plan("POST", new Trouble.CutAfter());
    line.plan("POST", Answer.error(503, "SlowDown"));
    assertThat(store.delete(List.of("a", "b")))
        .containsExactlyInAnyOrder(new Deleted("a"), new Deleted("b"));
    assertThat(direct.list("", "", 10).entries()).isEmpty();
  }

  @Test
  void refusesWrongKeys() {
    S3Credentials right = settings.credentials().orElseThrow();
    assertRefused(
        settings.withCredentials(
            new S3Credentials("nobody", right.secretAccessKey(), right.sessionToken())),
        "AWS_ACCESS_KEY_ID");
    assertRefused(
        settings.withCredentials(
            new S3Credentials(right.accessKeyId(), "a-wrong-secret", right.sessionToken())),
        "AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void saysThatThereIsNoBucket() {
    assertRefused(server().withLocation(S3Location.parse("s3://no-such-bucket/x")), "no bucket");
  }

  private static void assertRefused(S3Settings wrong, String hint) {
    try (S3ObjectStore refused = S3ObjectStore.open(wrong)) {
      for (Runnable call :
          List.<Runnable>of(
              () -> refused.list("", "", 1),
              () -> refused.get("a"),
              () -> refused.createIfAbsent("a", ByteBuffer.wrap("x".getBytes(UTF_8))))) {
        assertThatThrownBy(call::run).isInstanceOf(Denied.class).hasMessageContaining(hint);
      }
    }
  }

  private Settled settle(S3ObjectStore through) {
    return new SettledCreate(
            through,
            new JitteredBackoff(
                new Random(), Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMinutes(1)))
        .create("key", mine, OwnershipCheck.sameBytes(mine));
  }

  private static ByteBuffer random(long seed) {
    byte[] bytes = new byte[BODY_BYTES];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.allocateDirect(BODY_BYTES).put(bytes).flip();
  }
}
