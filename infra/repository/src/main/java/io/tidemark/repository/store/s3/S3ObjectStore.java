package io.tidemark.repository.store.s3;

import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.s3.S3Failures.Ask;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A bucket of S3, or of a server that speaks like it.
///
/// Reads, lists and deletes are retried here, as [ReadPatience] says; creates never, see
/// [io.tidemark.repository.store.SettledCreate].
public final class S3ObjectStore implements ObjectStore {
  private static final int KEYS_A_DELETE = 1000;

  /// Nothing Tidemark writes is larger; bounds what a foreign object can make us allocate.
  private static final long LARGEST_OBJECT_BYTES = 256L << 20;

  /// What a slow line must still move for a request not to be given up.
  private static final long SLOWEST_BYTES_A_SECOND = 64 << 10;

  private final S3Settings settings;
  private final SdkHttpClient http;
  private final S3Client reads;
  private final S3Client creates;
  private final S3Failures failures;
  private final S3Answers answers;
  private final Attendance attendance;
  private final String location;

  private S3ObjectStore(
      S3Settings settings,
      SdkHttpClient http,
      S3Client reads,
      S3Client creates,
      Attendance attendance) {
    this.attendance = attendance;
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
    this.answers = new S3Answers(settings.location(), location);
  }

  /// Makes a client; sends nothing yet.
  ///
  /// @throws StoreException.Denied when neither `settings` nor the machine name a region
  public static S3ObjectStore open(S3Settings settings) {
    SdkHttpClient http = S3Clients.http(settings);
    Attendance attendance = new Attendance();
    try {
      return new S3ObjectStore(
          settings,
          http,
          S3Clients.s3(
              settings, http, new ReadRetries(settings.patience(), attendance, System::nanoTime)),
          S3Clients.s3(settings, http, AwsRetryStrategy.doNotRetry()),
          attendance);
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

  /// Creates the bucket where the store says that there is none. One request when there is one, or
  /// when these credentials may not ask: whoever uses it then hears the reason.
  ///
  /// @return whether it was created
  public boolean createMissingBucket() {
    return ask(
        Ask.INSPECT,
        "",
        () -> {
          try {
            reads.headBucket(request -> request.bucket(bucket()));
            return false;
          } catch (S3Exception e) {
            if (e.statusCode() != 404) {
              return false;
            }
          }
          try {
            return createBucketIfAbsent() == PutOutcome.CREATED;
          } catch (Denied e) {
            throw Denied.noBucket(
                "",
                "There is no bucket '"
                    + bucket()
                    + "', and it could not be created. "
                    + e.getMessage()
                    + " Or correct the repository's address.",
                e);
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
            return answers.facts(answer);
          } catch (S3Exception e) {
            // An agent's rights need not reach that far, and not every server knows the question.
            if (!Set.of("AccessDenied", "NotImplemented", "MethodNotAllowed")
                .contains(S3Failures.code(e))) {
              throw e;
            }
            return answers.facts(e);
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
    return read(key, null, LARGEST_OBJECT_BYTES, answers.body(key, LARGEST_OBJECT_BYTES));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    long last = range.offsetBytes() + range.lengthBytes() - 1;
    return read(
        key,
        "bytes=" + range.offsetBytes() + "-" + last,
        range.lengthBytes(),
        answers.body(key, range));
  }

  private byte[] read(
      String key,
      @Nullable String range,
      long mostBytes,
      ResponseTransformer<GetObjectResponse, byte[]> taking) {
    return ask(
        Ask.READ,
        key,
        () ->
            reads.getObject(
                request ->
                    request
                        .bucket(bucket())
                        .key(settings.location().inBucket(key))
                        .range(range)
                        .overrideConfiguration(
                            each -> each.apiCallAttemptTimeout(timeout(mostBytes))),
                taking));
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
    return answers.listing(prefix, after, answer);
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
    return answers.deleted(keys, answer);
  }

  /// Whether the store answered before and does not now, while somebody waits for it.
  public boolean isAwaited() {
    return attendance.isAwaited();
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

  /// The SDK throws more than its own exceptions: a reply that breaks off is an unchecked
  /// IOException.
  private <T> T ask(Ask ask, String key, Supplier<T> call) {
    try {
      T answer = call.get();
      attendance.answered();
      return answer;
    } catch (RuntimeException e) {
      StoreException failure = failures.translate(ask, key, e);
      switch (failure) {
        case StoreException.Unavailable _, StoreException.UnknownOutcome _ -> attendance.missed();
        case StoreException.Missing _,
            Denied _,
            StoreException.Corrupt _,
            StoreException.FormatTooNew _ ->
            attendance.answered();
      }
      throw failure;
    }
  }
}
