package io.tidemark.repository.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.BucketFacts.Versioning;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome.Deleted;
import io.tidemark.repository.store.DeleteOutcome.NotDeleted;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.StoreException.Corrupt;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Missing;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import io.tidemark.repository.store.s3.Trouble.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire, and what comes of each answer, with a server that says what the test
/// wants.
@Timeout(60)
class S3ObjectStoreTest {
  private static final String ID = "an-access-key-id";
  private static final String SECRET = "a-secret-that-must-not-show";
  private static final String TOKEN = "a-token-that-must-not-show";
  private static final Answer DONE = new Answer(200, Map.of("ETag", "\"x\""), new byte[0]);

  private final FaultyLine server = FaultyLine.toNobody();
  private final S3ObjectStore store = S3ObjectStore.open(settings(server.endpoint()));

  private static S3Settings settings(URI endpoint) {
    return S3Settings.fromEnvironment(S3Location.parse("s3://bucket/some/prefix"), Map.of())
        .withEndpoint(endpoint)
        .withCredentials(new S3Credentials(ID, SECRET, Optional.of(TOKEN)))
        .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    server.close();
  }

  private static ByteBuffer random(int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(lengthBytes).nextBytes(bytes);
    return ByteBuffer.allocateDirect(lengthBytes).put(bytes).flip();
  }

  private PutOutcome create() {
    return store.createIfAbsent("a/key", ByteBuffer.wrap("body".getBytes(UTF_8)));
  }

  private <E extends StoreException> E failure(Class<E> type, Runnable call) {
    E failure = catchThrowableOfType(type, call::run);
    assertThat(failure).isNotNull();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      assertThat(String.valueOf(each.getMessage())).doesNotContain(SECRET).doesNotContain(TOKEN);
    }
    assertThat(failure.getMessage()).contains("s3://bucket/some/prefix").doesNotContain(ID);
    return failure;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 3 << 20})
  void sendsACreateUnsignedUnchunkedAndConditional(int bodyBytes) {
    server.plan("PUT", DONE);
    ByteBuffer body = random(bodyBytes);
    assertThat(store.createIfAbsent("a/key", body)).isEqualTo(PutOutcome.CREATED);

    FaultyLine.Request put = server.requests("PUT").getFirst();
    assertThat(put.line()).isEqualTo("PUT /bucket/some/prefix/a/key HTTP/1.1");
    CRC32 crc = new CRC32();
    crc.update(body.duplicate());
    assertThat(put.headers())
        .containsEntry("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .containsEntry("if-none-match", "*")
        .containsEntry("content-length", String.valueOf(bodyBytes))
        .containsEntry(
            "x-amz-checksum-crc32",
            Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array()))
        .doesNotContainKeys(
            "content-encoding",
            "transfer-encoding",
            "x-amz-trailer",
            "x-amz-decoded-content-length");
    assertThat(put.headers().get("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=" + ID + "/")
        .contains("/us-east-1/s3/aws4_request")
        .contains("if-none-match", "x-amz-checksum-crc32", "x-amz-content-sha256");
    assertThat(ByteBuffer.wrap(put.body())).isEqualTo(body);
    assertThat(server.requests("")).hasSize(1);
  }

  @Test
  void signsNoPayloadOfAnyOtherRequest() {
    server.plan("GET", new Answer(200, Map.of(), new byte[3]));
    server.plan(
        "POST", Answer.xml(200, "<DeleteResult><Deleted><Key>k</Key></Deleted></DeleteResult>"));
    store.get("a");
    store.delete(List.of("b"));
    assertThat(server.requests(""))
        .allSatisfy(
            request ->
                assertThat(request.headers())
                    .containsEntry("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                    .doesNotContainKeys("transfer-encoding", "x-amz-trailer"));
    assertThat(server.requests("POST").getFirst().headers()).containsKey("content-md5");
  }

  @Test
  void neverSendsACreateTwice() {
    server.plan("PUT", Answer.error(503, "SlowDown"));
    assertThat(failure(Unavailable.class, this::create)).hasMessageContaining("SlowDown");
    server.plan("PUT", Answer.error(500, "InternalError"));
    assertThat(failure(UnknownOutcome.class, this::create)).hasMessageContaining("a/key");
    server.plan("PUT", new Trouble.CutBefore());
    failure(UnknownOutcome.class, this::create);
    assertThat(server.requests("PUT")).hasSize(3);
  }

  @Test
  void sendsAReadAgainAFewTimes() {
    server.plan("GET", Answer.error(503, "SlowDown"));
    server.plan("GET", new Trouble.CutBefore());
    server.plan("GET", new Answer(200, Map.of(), "body".getBytes(UTF_8)));
    assertThat(store.get("a")).asString(UTF_8).isEqualTo("body");
    assertThat(server.requests("GET")).hasSize(3);
  }

  @Test
  void readsAgainWhatWasCutOffInItsBody() {
    server.plan("GET", new Answer(200, Map.of("Content-Length", "9"), "bod".getBytes(UTF_8)));
    server.plan("GET", new Answer(200, Map.of(), "body".getBytes(UTF_8)));
    // Two lengths in one answer: the client gives it up; either way it must not pass as a body.
    assertThat(store.get("a")).asString(UTF_8).isEqualTo("body");
  }

  @Test
  void givesUpAReadAfterAFewTimes() {
    for (int i = 0; i < 9; i++) {
      server.plan("GET", Answer.error(500, "InternalError"));
    }
    assertThat(failure(Unavailable.class, () -> store.get("a")))
        .hasMessageContaining("500 InternalError");
    assertThat(server.requests("GET")).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({
    "412,PreconditionFailed,ALREADY_EXISTS",
    "200,,CREATED",
  })
  void takesAnswersThatOneExpectsAsValues(int status, String code, PutOutcome outcome) {
    server.plan("PUT", code == null ? DONE : Answer.error(status, code));
    assertThat(create()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "403,InvalidAccessKeyId,AWS_ACCESS_KEY_ID",
    "403,SignatureDoesNotMatch,AWS_SECRET_ACCESS_KEY",
    "403,AccessDenied,no right",
    "400,ExpiredToken,expired",
    "403,ExpiredToken,expired",
    "400,InvalidToken,AWS_SESSION_TOKEN",
    "404,NoSuchBucket,no bucket 'bucket'",
    "400,AuthorizationHeaderMalformed,AWS_REGION",
    "501,NotImplemented,create-if-absent",
    "400,InvalidRequest,Said InvalidRequest",
  })
  void saysWhatIsRefusedAndWhatToDo(int status, String code, String hint) {
    server.plan("PUT", Answer.error(status, code));
    server.plan("GET", Answer.error(status, code));
    server.plan("GET", Answer.error(status, code));
    server.plan("POST", Answer.error(status, code));
    assertThat(failure(Denied.class, this::create)).hasMessageContaining(hint);
    assertThat(failure(Denied.class, () -> store.get("a"))).hasMessageContaining(hint);
    assertThat(failure(Denied.class, () -> store.list("a/", "", 1))).hasMessageContaining(hint);
    assertThat(failure(Denied.class, () -> store.delete(List.of("a")))).hasMessageContaining(hint);
  }

  @ParameterizedTest
  @CsvSource({
    "503,SlowDown,too busy",
    "503,ServiceUnavailable,too busy",
    "429,TooManyRequests,too busy",
    "409,ConditionalRequestConflict,at this moment",
    "409,OperationAborted,at this moment",
    "400,BadDigest,did not arrive",
    "400,RequestTimeout,did not arrive",
    "507,XMinioStorageFull,full",
  })
  void knowsThatNothingWasCreated(int status, String code, String hint) {
    server.plan("PUT", Answer.error(status, code));
    assertThat(failure(Unavailable.class, this::create)).hasMessageContaining(hint);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void knowsNothingWhenAProxyAnswersForTheStore(int status) {
    server.plan("PUT", Answer.html(status, "<html>Bad gateway</html>"));
    failure(UnknownOutcome.class, this::create);
  }

  @Test
  void takesOnlyTheStoresOwnWordForAbsence() {
    server.plan("GET", Answer.error(404, "NoSuchKey"));
    assertThat(failure(Missing.class, () -> store.get("a")).key()).isEqualTo("a");
    server.plan("GET", Answer.html(404, "<html>Not found</html>"));
    assertThat(failure(Unavailable.class, () -> store.get("a"))).hasMessageContaining("endpoint");
    server.plan("GET", Answer.error(416, "InvalidRange"));
    failure(Missing.class, () -> store.get("a", new ByteRange(9, 1)));
  }

  @Test
  void takesTheStoresClockWhenItsOwnIsWrong() {
    Answer skewed =
        new Answer(
            403,
            Map.of("Date", "Sat, 21 Nov 2020 10:00:00 GMT", "Content-Type", "application/xml"),
            "<Error><Code>RequestTimeTooSkewed</Code></Error>".getBytes(UTF_8));
    server.plan("PUT", skewed);
    server.plan("PUT", DONE);
    assertThat(create()).isEqualTo(PutOutcome.CREATED);
    assertThat(server.requests("PUT").get(1).headers().get("x-amz-date")).startsWith("20201121T");
    server.plan("PUT", skewed);
    server.plan("PUT", skewed);
    assertThat(failure(Denied.class, this::create)).hasMessageContaining("clock");
  }

  @Test
  void readsListsWithTheStoresDate() {
    server.plan(
        "GET",
        new Answer(
            200,
            Map.of("Date", "Sat, 21 Nov 2026 10:15:30 GMT", "Content-Type", "application/xml"),
            """
            <ListBucketResult><IsTruncated>true</IsTruncated>
            <Contents><Key>some/prefix/v/1</Key><Size>7</Size>
            <LastModified>2026-11-21T10:15:00.999Z</LastModified></Contents></ListBucketResult>
            """
                .getBytes(UTF_8)));
    Listing listing = store.list("v/", "v/0", 1);
    assertThat(listing.storeTime()).isEqualTo("2026-11-21T10:15:30Z");
    assertThat(listing.truncated()).isTrue();
    assertThat(listing.entries().getFirst().key()).isEqualTo("v/1");
    assertThat(listing.entries().getFirst().lastModified()).isEqualTo("2026-11-21T10:15:00Z");
    assertThat(server.requests("GET").getFirst().line())
        .startsWith("GET /bucket?")
        .contains("list-type=2", "max-keys=1", "prefix=some%2Fprefix%2Fv%2F")
        .contains("start-after=some%2Fprefix%2Fv%2F0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday"})
  void refusesAListWithoutADate(String date) {
    server.plan(
        "GET", new Answer(200, Map.of("Date", date), "<ListBucketResult/>".getBytes(UTF_8)));
    assertThat(failure(Corrupt.class, () -> store.list("", "", 1))).hasMessageContaining("Date");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v/2 v/1", "v/1 v/1", "w/1", "v/0"})
  void refusesAListOutOfOrder(String keys) {
    StringBuilder contents = new StringBuilder();
    for (String key : keys.split(" ", -1)) {
      contents.append("<Contents><Key>some/prefix/" + key + "</Key><Size>1</Size>");
      contents.append("<LastModified>2026-11-21T10:15:00Z</LastModified></Contents>");
    }
    server.plan("GET", Answer.xml(200, "<ListBucketResult>" + contents + "</ListBucketResult>"));
    assertThat(failure(Corrupt.class, () -> store.list("v/", "v/0", 9)))
        .hasMessageContaining("order");
  }

  @Test
  void refusesAnAnswerThatIsNotTheRange() {
    server.plan("GET", new Answer(200, Map.of(), new byte[10]));
    assertThat(failure(Corrupt.class, () -> store.get("a", new ByteRange(2, 3))))
        .hasMessageContaining("whole object");
    server.plan("GET", new Answer(206, Map.of("Content-Range", "bytes 0-2/10"), new byte[3]));
    failure(Corrupt.class, () -> store.get("a", new ByteRange(2, 3)));
    server.plan("GET", new Answer(206, Map.of("Content-Range", "bytes 2-9/10"), new byte[8]));
    failure(Corrupt.class, () -> store.get("a", new ByteRange(2, 3)));
    assertThat(server.requests("GET")).hasSize(3);
  }

  @Test
  void readsWhatBecameOfEachKey() {
    server.plan(
        "POST",
        Answer.xml(
            200,
            """
            <DeleteResult><Deleted><Key>some/prefix/a</Key></Deleted>
            <Error><Key>some/prefix/b</Key><Code>AccessDenied</Code><Message>No.</Message></Error>
            <Error><Key>some/prefix/c</Key><Code>NoSuchKey</Code></Error></DeleteResult>
            """));
    assertThat(store.delete(List.of("a", "b", "c", "d")))
        .containsExactly(
            new Deleted("a"),
            new NotDeleted("b", "AccessDenied: No."),
            new Deleted("c"),
            new NotDeleted("d", "the answer is silent"));
  }

  @Test
  void saysWhatWasDeletedBeforeTheRightsEnded() {
    List<String> keys = IntStream.range(0, 1_500).mapToObj(i -> "k/" + i).toList();
    StringBuilder deleted = new StringBuilder();
    keys.subList(0, 1_000)
        .forEach(key -> deleted.append("<Deleted><Key>some/prefix/" + key + "</Key></Deleted>"));
    server.plan("POST", Answer.xml(200, "<DeleteResult>" + deleted + "</DeleteResult>"));
    server.plan("POST", Answer.error(400, "ExpiredToken"));
    assertThat(store.delete(keys))
        .hasSize(1_500)
        .filteredOn(Deleted.class::isInstance)
        .hasSize(1_000);
  }

  @Test
  void looksAtTheBucket() {
    server.plan(
        "GET /bucket?versioning",
        Answer.xml(
            200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    assertThat(store.facts()).isEqualTo(new BucketFacts("Stub", Versioning.ON));
    server.plan("GET", Answer.xml(200, "<VersioningConfiguration/>"));
    assertThat(store.facts().versioning()).isEqualTo(Versioning.OFF);
    server.plan("GET", Answer.error(403, "AccessDenied"));
    assertThat(store.facts()).isEqualTo(new BucketFacts("Stub", Versioning.UNKNOWN));
    server.plan("GET", Answer.error(404, "NoSuchBucket"));
    assertThat(failure(Denied.class, store::facts).code()).isEqualTo(StoreException.NO_BUCKET);
  }

  @Test
  void givesUpAStoreThatDoesNotAnswer() {
    try (S3ObjectStore impatient =
        S3ObjectStore.open(
            settings(server.endpoint())
                .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200)))) {
      server.plan("PUT", new Trouble.Stall());
      assertThat(
              failure(
                  UnknownOutcome.class,
                  () -> impatient.createIfAbsent("a", ByteBuffer.wrap(new byte[3]))))
          .hasMessageContaining("no answer within 200 ms");
      for (int i = 0; i < 5; i++) {
        server.plan("GET", new Trouble.Stall());
      }
      assertThat(failure(Unavailable.class, () -> impatient.get("a")))
          .hasMessageContaining("no answer within 200 ms");
    }
  }

  @Test
  void namesTheEndpointWhereNobodyListens() throws IOException {
    URI nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    try (S3ObjectStore lost = S3ObjectStore.open(settings(nobody))) {
      assertThat(failure(Unavailable.class, () -> lost.list("", "", 1)))
          .hasMessageContaining("nothing answers at " + nobody)
          .hasMessageContaining("AWS_ENDPOINT_URL_S3");
      assertThat(
              failure(
                  Unavailable.class, () -> lost.createIfAbsent("a", ByteBuffer.wrap(new byte[3]))))
          .hasMessageContaining(nobody.toString());
    }
  }

  @Test
  void namesAHostThatIsNotKnown() {
    try (S3ObjectStore lost =
        S3ObjectStore.open(settings(URI.create("http://store.invalid:9000")))) {
      assertThat(failure(Unavailable.class, () -> lost.get("a")))
          .hasMessageContaining("host name of http://store.invalid:9000");
    }
  }

  @Test
  void namesTlsWhereThereIsNone() {
    URI https = URI.create(server.endpoint().toString().replace("http:", "https:"));
    try (S3ObjectStore lost = S3ObjectStore.open(settings(https))) {
      assertThat(
              failure(
                  Unavailable.class, () -> lost.createIfAbsent("a", ByteBuffer.wrap(new byte[3]))))
          .hasMessageContaining("TLS");
    }
  }

  @Test
  void saysUnknownWhenInterrupted() {
    Thread.currentThread().interrupt();
    failure(UnknownOutcome.class, this::create);
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    failure(Unavailable.class, () -> store.get("a"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void saysWhereItIsWithoutSecrets() {
    assertThat(store.location())
        .isEqualTo("s3://bucket/some/prefix at " + server.endpoint())
        .doesNotContain(SECRET);
    assertThat(settings(server.endpoint()).toString()).doesNotContain(SECRET, TOKEN);
  }

  @Test
  void bufferStreamReadsAndLeavesTheBuffer() throws IOException {
    ByteBuffer buffer = random(1_000).position(10);
    byte[] expected = new byte[990];
    buffer.get(10, expected);
    try (BufferStream stream = new BufferStream(buffer)) {
      assertThat(stream.read()).isEqualTo(expected[0] & 0xff);
      assertThat(stream.available()).isEqualTo(989);
      assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(expected, 1, 990));
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.read(new byte[3], 0, 0)).isZero();
    }
    assertThat(buffer.position()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket,bucket,''",
    "s3://bucket/,bucket,''",
    "s3://my-bucket.x/a,my-bucket.x,a",
    "s3://bucket/a/b_c-d.e/,bucket,a/b_c-d.e",
  })
  void readsLocations(String url, String bucket, String prefix) {
    assertThat(S3Location.parse(url)).isEqualTo(new S3Location(bucket, prefix));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bucket",
        "http://bucket/a",
        "s3://",
        "s3://ab",
        "s3://Bucket",
        "s3://-ab/",
        "s3://bucket//a",
        "s3://bucket/a//b",
        "s3://bucket/a b",
        "s3://bucket/../a",
        "s3://bucket/ä",
        "s3://bucket/a?b",
        "S3://bucket"
      })
  void refusesWhatIsNoLocation(String url) {
    assertThatThrownBy(() -> S3Location.parse(url)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:9000",
        "ftp://host",
        "http://",
        "http://user:pass@host",
        "http://host/?a=b",
        "http:///x",
        "http://ho st:pass"
      })
  void refusesWhatIsNoEndpoint(String url) {
    assertThatThrownBy(() -> S3Settings.endpoint(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The endpoint")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pass"));
  }

  @Test
  void readsTheEnvironment() {
    S3Settings settings =
        S3Settings.fromEnvironment(
            S3Location.parse("s3://bucket"),
            Map.of(
                "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000",
                "AWS_ENDPOINT_URL", "http://other",
                "AWS_DEFAULT_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_SESSION_TOKEN", " "));
    assertThat(settings.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
    assertThat(settings.region()).contains("eu-west-1");
    assertThat(settings.credentials())
        .contains(new S3Credentials("id", "secret", Optional.empty()));
    assertThatThrownBy(
            () ->
                S3Settings.fromEnvironment(
                    S3Location.parse("s3://bucket"), Map.of("AWS_ACCESS_KEY_ID", "id")))
        .hasMessageContaining("AWS_SECRET_ACCESS_KEY is not set");
  }
}
