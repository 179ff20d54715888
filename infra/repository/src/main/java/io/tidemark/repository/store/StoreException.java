package io.tidemark.repository.store;

import org.jspecify.annotations.Nullable;

/// Why a store did not do what it was asked; the message names the key and says what to do next.
public abstract sealed class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The code of a bucket that is not there.
  public static final String NO_BUCKET = "NO_BUCKET";

  private final String code;
  private final String key;
  private final String message;

  private StoreException(String code, String key, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.key = key;
    this.message = message;
  }

  @Override
  public final String getMessage() {
    return message;
  }

  /// What failed, in a form that programs tell apart.
  public final String code() {
    return code;
  }

  /// The key or prefix that was asked for.
  public final String key() {
    return key;
  }

  /// There is no such object.
  public static final class Missing extends StoreException {
    private static final long serialVersionUID = 1L;

    public Missing(String key, String message) {
      super("STORE_MISSING", key, message, null);
    }
  }

  /// The store refuses these credentials, or them for this action; or there is no such bucket.
  public static final class Denied extends StoreException {
    private static final long serialVersionUID = 1L;

    public Denied(String key, String message, @Nullable Throwable cause) {
      this("STORE_DENIED", key, message, cause);
    }

    private Denied(String code, String key, String message, @Nullable Throwable cause) {
      super(code, key, message, cause);
    }

    /// There is no bucket to ask anything of.
    public static Denied noBucket(String key, String message, @Nullable Throwable cause) {
      return new Denied(NO_BUCKET, key, message, cause);
    }
  }

  /// The store could not be reached, or was too busy after bounded retries; nothing was changed.
  public static final class Unavailable extends StoreException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String key, String message, @Nullable Throwable cause) {
      super("STORE_UNAVAILABLE", key, message, cause);
    }
  }

  /// The bytes at this key are not what the format says.
  public static final class Corrupt extends StoreException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String key, String message) {
      super("STORE_CORRUPT", key, message, null);
    }

    public Corrupt(String key, String message, Throwable cause) {
      super("STORE_CORRUPT", key, message, cause);
    }
  }

  /// The object was written by a newer Tidemark.
  public static final class FormatTooNew extends StoreException {
    private static final long serialVersionUID = 1L;

    public FormatTooNew(String key, String message) {
      super("FORMAT_TOO_NEW", key, message, null);
    }

    public FormatTooNew(String key, String message, Throwable cause) {
      super("FORMAT_TOO_NEW", key, message, cause);
    }
  }

  /// A create was sent and no answer came: it may have landed, or may land later.
  public static final class UnknownOutcome extends StoreException {
    private static final long serialVersionUID = 1L;

    public UnknownOutcome(String key, String message, @Nullable Throwable cause) {
      super("UNKNOWN_OUTCOME", key, message, cause);
    }
  }
}
