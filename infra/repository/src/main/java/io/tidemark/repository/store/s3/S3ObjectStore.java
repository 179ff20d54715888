package io.tidemark.repository.store.s3;

import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.BucketFacts.Versioning;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.StoreException.Corrupt;
import io.tidemark.repository.store.s3.S3Failures.Ask;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket of S3, or of a server that speaks like it.
///
/// Reads, lists and deletes are retried here, a few times; creates never, see
/// [io.tidemark.repository.store.SettledCreate].
public final class S3ObjectStore implements ObjectStore {
  private static final int KEYS_A_DELETE = 1000;

  /// Nothing Tidemark writes is larger; bounds what a foreign object can make us allocate.
  private static final long LARGEST_OBJECT_BYTES = 256L << 20;

  /// What a slow line must still move for a request not to be given up.
  private static final long SLOWEST_BYTES_A_SECOND = 64 << 10;

  private static final int READ_ATTEMPTS = 5;

  private final S3Settings settings;
  private final SdkHttpClient http;
  private final S3Client reads;
  private final S3Client creates;
  private final S3Failures failures;
  private final String location;

  private S3ObjectStore(S3Settings settings, SdkHttpClient http, S3Client reads, S3Client creates) {
    this.settings = settings;
    this.http = http;
    this.reads = reads;
    this.creates = creates;
    this.location =
        settings.location()
            + settings.endpoint().map(endpoint -> " at " + endpoint).orElse("")
            + (settings.endpoint().isPresent()
                ? ""
                : settings.region().map(region -> " in " + region).orElse(""));
    this.failures = new S3Failures(settings, location);
  }

  /// Makes a client; sends nothing yet.
  ///
  /// @throws StoreException.Denied when neither `settings` nor the machine name a region
  public static S3ObjectStore open(S3Settings settings) {
    SdkHttpClient http = httpClient(settings);
    try {
      return new S3ObjectStore(
          settings,
          http,
          client(
              settings,
              http,
              AwsRetryStrategy.standardRetryStrategy().toBuilder()
                  .maxAttempts(READ_ATTEMPTS)
                  .build()),
          client(settings, http, AwsRetryStrategy.doNotRetry()));
    } catch (RuntimeException e) {
      http.close();
      throw new S3Failures(settings, settings.location().toString()).translate(Ask.INSPECT, "", e);
    }
  }

  /// Creates the bucket unless the caller has it already.
  public PutOutcome createBucketIfAbsent() {
    return ask(
        Ask.INSPECT,
        "",
        () -> {
          try {
            reads.createBucket(request -> request.bucket(bucket()));
            return PutOutcome.CREATED;
          } catch (BucketAlreadyOwnedByYouException _) {
            return PutOutcome.ALREADY_EXISTS;
          }
        });
  }

  /// What the store says about itself and the bucket. One request.
  public BucketFacts facts() {
    return ask(
        Ask.INSPECT,
        "",
        () -> {
          try {
            GetBucketVersioningResponse answer =
                reads.getBucketVersioning(request -> request.bucket(bucket()));
            return new BucketFacts(server(answer.sdkHttpResponse()), versioning(answer.status()));
          } catch (S3Exception e) {
            // An agent's rights need not reach that far, and not every server knows the question.
            if (!Set.of("AccessDenied", "NotImplemented", "MethodNotAllowed")
                .contains(S3Failures.code(e))) {
              throw e;
            }
            return new BucketFacts(
                server(e.awsErrorDetails().sdkHttpResponse()), Versioning.UNKNOWN);
          }
        });
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    CRC32 crc = new CRC32();
    crc.update(body.duplicate());
    String checksum =
        Base64.getEncoder()
            .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return ask(
        Ask.CREATE,
        key,
        () -> {
          try {
            return put(key, body, checksum);
          } catch (S3Exception e) {
            if (!S3Failures.isClockSkew(e)) {
              throw e;
            }
            // Refused before anything was done; the SDK has now taken the store's clock.
            return put(key, body, checksum);
          }
        });
  }

  private PutOutcome put(String key, ByteBuffer body, String checksum) {
    try {
      creates.putObject(
          request ->
              request
                  .bucket(bucket())
                  .key(settings.location().inBucket(key))
                  .ifNoneMatch("*")
                  .contentLength((long) body.remaining())
                  .checksumCRC32(checksum)
                  .overrideConfiguration(
                      each -> each.apiCallAttemptTimeout(timeout(body.remaining()))),
          RequestBody.fromContentProvider(
              () -> new BufferStream(body), body.remaining(), "application/octet-stream"));
      return PutOutcome.CREATED;
    } catch (S3Exception e) {
      if (e.statusCode() != 412) {
        throw e;
      }
      return PutOutcome.ALREADY_EXISTS;
    }
  }

  @Override
  public byte[] get(String key) {
    return ask(
        Ask.READ,
        key,
        () ->
            reads.getObject(
                request ->
                    request
                        .bucket(bucket())
                        .key(settings.location().inBucket(key))
                        .overrideConfiguration(
                            each -> each.apiCallAttemptTimeout(timeout(LARGEST_OBJECT_BYTES))),
                transformer((answer, in) -> body(key, answer, in, LARGEST_OBJECT_BYTES))));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    long last = range.offsetBytes() + range.lengthBytes() - 1;
    return ask(
        Ask.READ,
        key,
        () ->
            reads.getObject(
                request ->
                    request
                        .bucket(bucket())
                        .key(settings.location().inBucket(key))
                        .range("bytes=" + range.offsetBytes() + "-" + last)
                        .overrideConfiguration(
                            each -> each.apiCallAttemptTimeout(timeout(range.lengthBytes()))),
                transformer(
                    (answer, in) -> {
                      requireRange(key, range, answer.contentRange());
                      return body(key, answer, in, range.lengthBytes());
                    })));
  }

  private void requireRange(String key, ByteRange range, @Nullable String given) {
    if (given == null || !given.startsWith("bytes " + range.offsetBytes() + "-")) {
      throw new Corrupt(
          key,
          "Asked for "
              + range
              + " of "
              + key
              + ", "
              + location
              + " answered with "
              + (given == null ? "the whole object" : "'" + given + "'")
              + ": this store cannot be used");
    }
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    if (max < 1 || max > 1000) {
      throw new IllegalArgumentException("A LIST takes 1 to 1,000 keys, not " + max);
    }
    String inBucket = settings.location().inBucket(prefix);
    String after = startAfter.isEmpty() ? "" : settings.location().inBucket(startAfter);
    ListObjectsV2Response answer =
        ask(
            Ask.LIST,
            prefix,
            () ->
                reads.listObjectsV2(
                    request ->
                        request
                            .bucket(bucket())
                            .prefix(inBucket)
                            .startAfter(after.isEmpty() ? null : after)
                            .maxKeys(max)));
    int cut = settings.location().inBucket("").length();
    List<Listing.Entry> entries = new ArrayList<>(answer.contents().size());
    String previous = after;
    for (S3Object object : answer.contents()) {
      String key = object.key();
      if (!key.startsWith(inBucket) || compareUtf8(key, previous) <= 0) {
        throw new Corrupt(
            prefix,
            "LIST of "
                + location
                + " is not in the order of its keys, or goes beyond them: '"
                + key
                + "' after '"
                + previous
                + "'. This store cannot be used");
      }
      previous = key;
      entries.add(
          new Listing.Entry(
              key.substring(cut),
              object.size(),
              object.lastModified().truncatedTo(ChronoUnit.SECONDS)));
    }
    return new Listing(
        entries, Boolean.TRUE.equals(answer.isTruncated()), date(prefix, answer.sdkHttpResponse()));
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    List<DeleteOutcome> outcomes = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += KEYS_A_DELETE) {
      List<String> batch = keys.subList(from, Math.min(keys.size(), from + KEYS_A_DELETE));
      try {
        outcomes.addAll(deleteBatch(batch));
      } catch (StoreException e) {
        if (from == 0) {
          throw e;
        }
        // What was deleted before must be known; the rest is told key by key.
        for (String key : keys.subList(from, keys.size())) {
          outcomes.add(new DeleteOutcome.NotDeleted(key, e.getMessage()));
        }
        return outcomes;
      }
    }
    return outcomes;
  }

  private List<DeleteOutcome> deleteBatch(List<String> keys) {
    List<ObjectIdentifier> objects =
        keys.stream()
            .map(key -> ObjectIdentifier.builder().key(settings.location().inBucket(key)).build())
            .toList();
    DeleteObjectsResponse answer =
        ask(
            Ask.DELETE,
            keys.size() == 1 ? keys.getFirst() : keys.getFirst() + " and others",
            () ->
                reads.deleteObjects(
                    request -> request.bucket(bucket()).delete(each -> each.objects(objects))));
    Set<String> deleted = new HashSet<>();
    for (DeletedObject each : answer.deleted()) {
      deleted.add(each.key());
    }
    Map<String, String> refused = new HashMap<>();
    for (S3Error each : answer.errors()) {
      if ("NoSuchKey".equals(each.code())) {
        deleted.add(each.key());
      } else {
        refused.put(
            each.key(), each.code() + (each.message() == null ? "" : ": " + each.message()));
      }
    }
    List<DeleteOutcome> outcomes = new ArrayList<>(keys.size());
    for (String key : keys) {
      String inBucket = settings.location().inBucket(key);
      String reason =
          refused.getOrDefault(inBucket, deleted.contains(inBucket) ? "" : "the answer is silent");
      outcomes.add(
          reason.isEmpty()
              ? new DeleteOutcome.Deleted(key)
              : new DeleteOutcome.NotDeleted(key, reason));
    }
    return outcomes;
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public void close() {
    reads.close();
    creates.close();
    http.close();
  }

  private String bucket() {
    return settings.location().bucket();
  }

  private Duration timeout(long bodyBytes) {
    return settings.answerTimeout().plusSeconds(bodyBytes / SLOWEST_BYTES_A_SECOND);
  }

  private interface Reader {
    byte[] read(GetObjectResponse answer, InputStream in) throws IOException;
  }

  private static ResponseTransformer<GetObjectResponse, byte[]> transformer(Reader reader) {
    return (answer, in) -> {
      try {
        return reader.read(answer, in);
      } catch (IOException e) {
        // Only this type tells the SDK to ask again.
        throw RetryableException.create("The body could not be read", e);
      }
    };
  }

  private byte[] body(String key, GetObjectResponse answer, InputStream in, long mostBytes)
      throws IOException {
    Long length = answer.contentLength();
    if (length == null || length < 0 || length > mostBytes) {
      throw new Corrupt(
          key,
          key
              + " in "
              + location
              + " came with "
              + (length == null ? "no length" : length + " bytes")
              + ", at most "
              + mostBytes
              + " were expected. It is not an object of Tidemark's");
    }
    byte[] bytes = new byte[length.intValue()];
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw new EOFException("The body ended early");
    }
    return bytes;
  }

  /// The SDK throws more than its own exceptions: a reply that breaks off is an unchecked
  /// IOException.
  private <T> T ask(Ask ask, String key, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw failures.translate(ask, key, e);
    }
  }

  private Instant date(String prefix, SdkHttpResponse answer) {
    String date = answer.firstMatchingHeader("Date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      throw new Corrupt(
          prefix,
          "LIST of "
              + location
              + " came with the Date '"
              + date
              + "'. Ages are taken from it, so this store, or a proxy before it, cannot be used");
    }
  }

  private static String server(SdkHttpResponse answer) {
    return answer.firstMatchingHeader("Server").orElse(BucketFacts.UNKNOWN.server());
  }

  private static Versioning versioning(@Nullable BucketVersioningStatus status) {
    return switch (status) {
      case null -> Versioning.OFF;
      case ENABLED -> Versioning.ON;
      case SUSPENDED -> Versioning.SUSPENDED;
      case UNKNOWN_TO_SDK_VERSION -> Versioning.UNKNOWN;
    };
  }

  private static int compareUtf8(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static SdkHttpClient httpClient(S3Settings settings) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .maxConnections(settings.connections())
            .connectionTimeout(settings.connectTimeout())
            .socketTimeout(settings.answerTimeout())
            .connectionAcquisitionTimeout(settings.answerTimeout())
            .connectionMaxIdleTime(Duration.ofSeconds(20))
            .tlsSocketStrategy(new LazyTls())
            .tcpKeepAlive(true);
    if (settings.endpoint().map(URI::getHost).filter(S3ObjectStore::isLoopback).isPresent()) {
      // A proxy of the environment's is for the world outside.
      http.proxyConfiguration(
          ProxyConfiguration.builder()
              .useEnvironmentVariableValues(false)
              .useSystemPropertyValues(false)
              .build());
    }
    return http.build();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (host.matches("[0-9.]+|\\[.*]")
            && InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress());
  }

  private static S3Client client(S3Settings settings, SdkHttpClient http, RetryStrategy retries) {
    ClientOverrideConfiguration.Builder overrides =
        ClientOverrideConfiguration.builder()
            .retryStrategy(retries)
            .addExecutionInterceptor(new DeleteDigest())
            .apiCallAttemptTimeout(settings.answerTimeout().multipliedBy(2));
    S3ClientBuilder client =
        S3Client.builder()
            .httpClient(http)
            .putAuthScheme(new UnsignedPayloadScheme())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false));
    settings
        .credentials()
        .ifPresent(
            credentials -> {
              client.credentialsProvider(
                  StaticCredentialsProvider.create(
                      credentials
                          .sessionToken()
                          .<AwsCredentials>map(
                              token ->
                                  AwsSessionCredentials.create(
                                      credentials.accessKeyId(),
                                      credentials.secretAccessKey(),
                                      token))
                          .orElseGet(
                              () ->
                                  AwsBasicCredentials.create(
                                      credentials.accessKeyId(), credentials.secretAccessKey()))));
              if (settings.endpoint().isPresent() || settings.region().isPresent()) {
                // All is said: no profile file is looked for, and none can change it.
                overrides.defaultProfileFile(ProfileFile.aggregator().build());
              }
            });
    settings.region().ifPresent(region -> client.region(Region.of(region)));
    settings
        .endpoint()
        .ifPresent(
            endpoint -> {
              String region = settings.region().orElse("us-east-1");
              AuthSchemeOption signature =
                  AuthSchemeOption.builder()
                      .schemeId(AwsV4AuthScheme.SCHEME_ID)
                      .putSignerProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                      .putSignerProperty(AwsV4HttpSigner.REGION_NAME, region)
                      .putSignerProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                      .putSignerProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                      .build();
              client
                  .region(Region.of(region))
                  .endpointOverride(endpoint)
                  .forcePathStyle(true)
                  .endpointProvider(new PathStyleEndpoint(endpoint, settings.location().bucket()))
                  .authSchemeProvider(_ -> List.of(signature));
            });
    return client.overrideConfiguration(overrides.build()).build();
  }
}
