package io.tidemark.repository.key;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;

/// Every key of the bucket, relative to the configured prefix.
public final class ObjectKeys {
  public static final String REPOSITORY = "tidemark.json";
  public static final String REPOSITORY_JOURNAL = "repository/journal/";
  public static final String VOLUMES = "volumes/";
  public static final String SNAPSHOTS = "snapshots/";
  public static final String PROBES = "probes/";
  public static final String REQUESTS = "requests/";
  public static final String HOSTS = "hosts/";
  public static final String CREATED = "index/created/";
  public static final String USAGE = "index/usage/";

  private static final long LAST_MILLISECOND = 9_999_999_999_999L;

  private static final BigInteger LARGEST = BigInteger.TEN.pow(20).subtract(BigInteger.ONE);

  private ObjectKeys() {}

  /// A number counted down from 99999999999999999999, so that a LIST shows the newest first.
  public static String descending(long number) {
    return String.format(Locale.ROOT, "%020d", LARGEST.subtract(BigInteger.valueOf(number)));
  }

  /// The number that `digits` is the [#descending] form of.
  ///
  /// @throws IllegalArgumentException when it is none
  public static long ascending(String digits) {
    if (digits.length() != 20 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("Not a number of 20 digits: '" + digits + "'");
    }
    BigInteger number = LARGEST.subtract(new BigInteger(digits));
    if (number.bitLength() > 63) {
      throw new IllegalArgumentException("No event has number " + number);
    }
    return number.longValue();
  }

  public static String volume(VolumeId volume) {
    return VOLUMES + volume + "/";
  }

  /// The folder of a volume's journal.
  public static String journal(VolumeId volume) {
    return volume(volume) + "journal/";
  }

  public static String packs(VolumeId volume) {
    return volume(volume) + "packs/";
  }

  /// The folder of one session's packs.
  public static String packs(VolumeId volume, long session) {
    return packs(volume) + String.format(Locale.ROOT, "%020d/", session);
  }

  public static String pack(VolumeId volume, long session, int k) {
    return packs(volume, session) + String.format(Locale.ROOT, "%08d", k);
  }

  /// The session in the key of a pack.
  ///
  /// @throws IllegalArgumentException when it is no such key
  public static long packSession(String key) {
    return number(key, 3);
  }

  /// The `k` in the key of a pack.
  ///
  /// @throws IllegalArgumentException when it is no such key
  public static int packNumber(String key) {
    long k = number(key, 4);
    if (k != (int) k) {
      throw new IllegalArgumentException("No pack has number " + k);
    }
    return (int) k;
  }

  /// The session or hold in the key of a beat.
  ///
  /// @throws IllegalArgumentException when it is no such key
  public static long beatNumber(String key) {
    return number(key, 3);
  }

  private static long number(String key, int part) {
    String[] parts = key.split("/", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException("Not a key of a volume's session: '" + key + "'");
    }
    return Long.parseLong(parts[part]);
  }

  public static String beats(VolumeId volume) {
    return volume(volume) + "beats/";
  }

  /// The folder of the beats of session or hold `number`.
  public static String beats(VolumeId volume, long number) {
    return beats(volume) + String.format(Locale.ROOT, "%020d/", number);
  }

  /// The `count`th beat of session or hold `number`; the newest lists first.
  public static String beat(VolumeId volume, long number, long count) {
    return beats(volume, number) + descending(count);
  }

  public static String audits(VolumeId volume) {
    return volume(volume) + "audits/";
  }

  /// What a collection at state `number` did; the newest lists first.
  public static String audit(VolumeId volume, long number, String random) {
    return audits(volume) + descending(number) + "-" + random;
  }

  public static String snapshot(SnapshotId snapshot) {
    return SNAPSHOTS + snapshot;
  }

  public static String probe(long number) {
    return PROBES + descending(number);
  }

  /// The folder of what the index says of one snapshot; the one asked for last lists first.
  ///
  /// @param requestedAt when it was asked for
  public static String created(Instant requestedAt, SnapshotId snapshot) {
    return CREATED + moment(requestedAt) + "-" + snapshot + "/";
  }

  /// A moment in 13 digits that descend as time goes by.
  public static String moment(Instant at) {
    long milliseconds = Math.clamp(at.toEpochMilli(), 0, LAST_MILLISECOND);
    return String.format(Locale.ROOT, "%013d", LAST_MILLISECOND - milliseconds);
  }

  /// The folder of what the index says of a volume's use of space; the newest lists first.
  public static String usage(VolumeId volume) {
    return USAGE + volume + "/";
  }

  /// The memory of an idempotent request.
  public static String request(String digest) {
    return REQUESTS + digest;
  }

  /// The folder of the requests that wait for a host.
  public static String inbox(HostId host) {
    return HOSTS + host + "/inbox/";
  }

  /// The last part of a key.
  public static String name(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
