package io.tidemark.agent.command;

import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Opens stores in S3, as the environment says.
final class S3Stores {
  private S3Stores() {}

  static ObjectStore open(String address, Map<String, String> variables) {
    S3Settings settings;
    try {
      settings = S3Settings.fromEnvironment(S3Location.parse(address), variables);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return S3ObjectStore.open(settings);
  }

  /// The addresses of all prefixes above that of `address`, the bucket itself last.
  static List<String> above(String address) {
    S3Location location = S3Location.parse(address);
    List<String> above = new ArrayList<>();
    String prefix = location.prefix();
    while (!prefix.isEmpty()) {
      prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
      above.add(new S3Location(location.bucket(), prefix).toString());
    }
    return above;
  }

  /// Creates the store's bucket if there is none; any other store has nothing like that.
  ///
  /// @return whether it was created
  static boolean createMissingBucket(ObjectStore store) {
    return store instanceof S3ObjectStore s3 && s3.createMissingBucket();
  }

  /// What the store says about itself; for any other store that nothing is known.
  static BucketFacts facts(ObjectStore store) {
    return store instanceof S3ObjectStore s3 ? s3.facts() : BucketFacts.UNKNOWN;
  }

  /// Whether the store is away and waited for.
  static boolean isAwaited(ObjectStore store) {
    return store instanceof S3ObjectStore s3 && s3.isAwaited();
  }
}
