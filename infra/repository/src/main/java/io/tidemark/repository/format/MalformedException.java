package io.tidemark.repository.format;

import io.tidemark.repository.store.StoreException;

/// Stored bytes are not what FORMAT.md says; the message is the reason alone.
///
/// Codecs know no keys: whoever read the bytes adds the key with [#at].
public sealed class MalformedException extends Exception permits NewerFormatException {
  private static final long serialVersionUID = 1L;

  public MalformedException(String reason) {
    super(reason);
  }

  /// This failure as the store's, for a caller who knows where the bytes came from.
  ///
  /// @param where what was read there: `map node`, `bytes 80-4175`
  public StoreException at(String key, String where, Remedy remedy) {
    return new StoreException.Corrupt(
        key, key + ", " + where + ": " + getMessage() + "; " + remedy.text());
  }
}
