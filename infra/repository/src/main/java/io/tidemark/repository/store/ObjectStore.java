package io.tidemark.repository.store;

import java.nio.ByteBuffer;
import java.util.List;

/// A bucket under one prefix. Keys are relative to that prefix, `/`-separated, without a leading
/// slash.
///
/// Every implementation is safe for use by many threads. Failures are [StoreException]s; whatever a
/// caller has to expect is a value. Please keep this port minimal: what is not here is not asked of
/// any store.
public interface ObjectStore extends AutoCloseable {

  /// Creates `key` with the remaining bytes of `body` unless it exists.
  ///
  /// The caller leaves the bytes alone until the call returns; position and limit of `body` are not
  /// moved. Nothing is retried inside, for a repeated create may meet its own first attempt: see
  /// [SettledCreate].
  ///
  /// @throws StoreException.UnknownOutcome when the object may or may not be there, now or later
  PutOutcome createIfAbsent(String key, ByteBuffer body);

  /// The whole object.
  ///
  /// @throws StoreException.Missing when there is none
  byte[] get(String key);

  /// The bytes of `range`; fewer when the object ends inside it.
  ///
  /// @throws StoreException.Missing when there is no object or it ends at or before the range's
  ///   start
  byte[] get(String key, ByteRange range);

  /// At most `max` (1 to 1,000) keys that start with `prefix` and come after `startAfter` ("" for
  /// all), in ascending order of their UTF-8 bytes. `prefix` and `startAfter` are relative like
  /// keys; a prefix of a folder ends in `/`.
  Listing list(String prefix, String startAfter, int max);

  /// Deletes the keys, any number of them; an absent key counts as deleted. One outcome per key, in
  /// no fixed order.
  List<DeleteOutcome> delete(List<String> keys);

  /// Where this store is, for messages: `s3://bucket/prefix at http://127.0.0.1:9000`. Never holds
  /// a secret.
  String location();

  @Override
  void close();
}
