package io.tidemark.agent.source;

import io.tidemark.repository.journal.Consistency;
import java.time.Instant;
import java.util.List;

/// A file or device as it happens to be while it is read.
final class LiveView extends MediumView {
  static final String WARNING =
      "Taken live: bytes written meanwhile may be there or not, and the copy may not work.";

  LiveView(Medium medium, Instant instant) {
    super(medium, instant);
  }

  @Override
  public Consistency consistency() {
    return Consistency.LIVE;
  }

  @Override
  public List<String> remarks() {
    return List.of(WARNING);
  }

  @Override
  public void confirm() {
    // A live view promises nothing that could have been broken.
  }
}
