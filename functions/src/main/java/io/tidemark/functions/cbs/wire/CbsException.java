package io.tidemark.functions.cbs.wire;

/// A request that is answered with an error of the API; nothing was done.
public final class CbsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient Words words;

  /// @param code of the API: `InvalidDiskId.NotFound`
  public CbsException(String code, Words words) {
    super(code + ": " + words.english());
    this.code = code;
    this.words = words;
  }

  /// @param english and
  /// @param chinese say what failed, on what, and what to do
  public CbsException(String code, String english, String chinese) {
    this(code, new Words(english, chinese));
  }

  /// What a self-hosted system cannot mean.
  public static CbsException unsupported(String english, String chinese) {
    return new CbsException("UnsupportedOperation", english, chinese);
  }

  public String code() {
    return code;
  }

  public Words words() {
    return words;
  }
}
