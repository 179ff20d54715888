package io.tidemark.repository.store.s3;

import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.BucketFacts.Versioning;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.StoreException.Corrupt;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Reads the store's answers into values, and refuses those that no sound store gives: another
/// range than asked for, a LIST out of order, one without a date, more bytes than Tidemark ever
/// writes.
final class S3Answers {
  private final S3Location location;
  private final String place;

  /// @param place of the bucket, for messages
  S3Answers(S3Location location, String place) {
    this.location = location;
    this.place = place;
  }

  /// Takes a whole object of at most `mostBytes`.
  ResponseTransformer<GetObjectResponse, byte[]> body(String key, long mostBytes) {
    return transformer((answer, in) -> read(key, answer, in, mostBytes));
  }

  /// Takes a part of an object, and nothing else.
  ResponseTransformer<GetObjectResponse, byte[]> body(String key, ByteRange range) {
    return transformer(
        (answer, in) -> {
          requireRange(key, range, answer.contentRange());
          return read(key, answer, in, range.lengthBytes());
        });
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

  private byte[] read(String key, GetObjectResponse answer, InputStream in, long mostBytes)
      throws IOException {
    Long length = answer.contentLength();
    if (length == null || length < 0 || length > mostBytes) {
      throw new Corrupt(
          key,
          key
              + " in "
              + place
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

  private void requireRange(String key, ByteRange range, @Nullable String given) {
    if (given == null || !given.startsWith("bytes " + range.offsetBytes() + "-")) {
      throw new Corrupt(
          key,
          "Asked for "
              + range
              + " of "
              + key
              + ", "
              + place
              + " answered with "
              + (given == null ? "the whole object" : "'" + given + "'")
              + ": this store cannot be used");
    }
  }

  /// What a LIST after `after`, a key in the bucket, says.
  Listing listing(String prefix, String after, ListObjectsV2Response answer) {
    String inBucket = location.inBucket(prefix);
    int cut = location.inBucket("").length();
    List<Listing.Entry> entries = new ArrayList<>(answer.contents().size());
    String previous = after;
    for (S3Object object : answer.contents()) {
      String key = object.key();
      if (!key.startsWith(inBucket) || compareUtf8(key, previous) <= 0) {
        throw new Corrupt(
            prefix,
            "LIST of "
                + place
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

  private static int compareUtf8(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private Instant date(String prefix, SdkHttpResponse answer) {
    String date = answer.firstMatchingHeader("Date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      throw new Corrupt(
          prefix,
          "LIST of "
              + place
              + " came with the Date '"
              + date
              + "'. Ages are taken from it, so this store, or a proxy before it, cannot be used");
    }
  }

  /// What became of every key.
  List<DeleteOutcome> deleted(List<String> keys, DeleteObjectsResponse answer) {
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
      String inBucket = location.inBucket(key);
      String reason =
          refused.getOrDefault(inBucket, deleted.contains(inBucket) ? "" : "the answer is silent");
      outcomes.add(
          reason.isEmpty()
              ? new DeleteOutcome.Deleted(key)
              : new DeleteOutcome.NotDeleted(key, reason));
    }
    return outcomes;
  }

  BucketFacts facts(GetBucketVersioningResponse answer) {
    return new BucketFacts(server(answer.sdkHttpResponse()), versioning(answer.status()));
  }

  /// What a refusal still tells.
  BucketFacts facts(S3Exception refusal) {
    return new BucketFacts(server(refusal.awsErrorDetails().sdkHttpResponse()), Versioning.UNKNOWN);
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
}
