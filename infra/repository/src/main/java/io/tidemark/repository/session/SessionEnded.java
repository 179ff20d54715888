package io.tidemark.repository.session;

/// The journal says that this session runs no more: it was aborted, or its snapshot removed.
public final class SessionEnded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SessionEnded(String message) {
    super(message);
  }
}
