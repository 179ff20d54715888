package io.tidemark.repository.store.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A bucket and the prefix in it under which all keys of a repository lie.
///
/// @param prefix `""` for none; never begins or ends with a slash
public record S3Location(String bucket, String prefix) {
  private static final Pattern URL = Pattern.compile("s3://([^/]*)(?:/(.*?))?/?");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*");

  /// S3 allows keys of 1,024 bytes; the store's own take at most 900.
  private static final int LONGEST_PREFIX = 120;

  public S3Location {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "'"
              + bucket
              + "' is no bucket name: 3 to 63 lower-case letters, digits, '.' and '-' are");
    }
    if (!prefix.isEmpty()
        && (prefix.length() > LONGEST_PREFIX
            || !PREFIX.matcher(prefix).matches()
            || ("/" + prefix + "/").contains("/./")
            || ("/" + prefix + "/").contains("/../"))) {
      throw new IllegalArgumentException(
          "'"
              + prefix
              + "' is no prefix: up to "
              + LONGEST_PREFIX
              + " letters, digits, '.', '_', '-' and single '/' are");
    }
  }

  /// Reads `s3://BUCKET` or `s3://BUCKET/PREFIX`, with or without a slash at the end.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static S3Location parse(String url) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + url + "' is no repository address: write s3://BUCKET or s3://BUCKET/PREFIX");
    }
    String prefix = matcher.group(2);
    return new S3Location(matcher.group(1), prefix == null ? "" : prefix);
  }

  /// The key in the bucket for a key of the repository.
  String inBucket(String key) {
    return prefix.isEmpty() ? key : prefix + "/" + key;
  }

  @Override
  public String toString() {
    return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
