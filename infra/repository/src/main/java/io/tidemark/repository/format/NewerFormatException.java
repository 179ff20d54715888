package io.tidemark.repository.format;

import io.tidemark.repository.store.StoreException;

/// Sound bytes in a form that only a newer Tidemark reads.
public final class NewerFormatException extends MalformedException {
  private static final long serialVersionUID = 1L;

  public NewerFormatException(String reason) {
    super(reason);
  }

  @Override
  public StoreException at(String key, String where, Remedy remedy) {
    return new StoreException.FormatTooNew(
        key, key + ", " + where + ": " + getMessage() + "; a newer Tidemark is needed to read it");
  }
}
