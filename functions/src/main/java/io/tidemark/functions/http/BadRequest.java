package io.tidemark.functions.http;

/// A request that says nothing sensible; nothing was done.
public final class BadRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRequest(String message) {
    super(message);
  }
}
