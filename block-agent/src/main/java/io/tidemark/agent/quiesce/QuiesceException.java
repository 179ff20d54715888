package io.tidemark.agent.quiesce;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Writers could not be held still, or were not until the instant was taken. Nobody is held any
/// more; the message says which step failed and what to do.
public final class QuiesceException extends IOException {
  private static final long serialVersionUID = 1L;

  public QuiesceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
