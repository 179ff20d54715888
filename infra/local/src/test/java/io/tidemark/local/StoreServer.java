package io.tidemark.local;

import java.nio.file.Path;
import java.util.Map;

/// The S3 server of `tidemark local`, over a folder.
interface StoreServer extends AutoCloseable {
  /// The variables that lead to it.
  Map<String, String> environment();

  /// Where the objects of the repository lie as files.
  Path objects();

  @Override
  void close();

  /// The same for every server over that folder.
  static Path objects(Path folder) {
    return folder.resolve("buckets").resolve("tidemark").resolve("local");
  }
}
