package io.tidemark.agent.command;

import java.io.IOException;

/// Nobody reads standard output any more: whoever did has had enough, as `head` has.
final class ReaderGone extends IOException {
  private static final long serialVersionUID = 1L;

  ReaderGone(IOException cause) {
    super(cause);
  }
}
