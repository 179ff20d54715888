package io.tidemark.repository.journal;

/// The event that was decided on is not legal on the state it was decided on; nothing was changed.
public final class IllegalEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public IllegalEventException(String folder, String type, String reason) {
    super("The event '" + type + "' is not legal in " + folder + ": " + reason);
  }
}
