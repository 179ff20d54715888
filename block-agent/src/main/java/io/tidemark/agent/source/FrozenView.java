package io.tidemark.agent.source;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.repository.journal.Consistency;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/// A file or device whose writers are held while it is read. That they were is known only once they
/// are let go.
final class FrozenView extends MediumView {
  private final Stillness stillness;

  FrozenView(Medium medium, Instant instant, Stillness stillness) {
    super(medium, instant);
    this.stillness = stillness;
  }

  /// What stood still makes it more.
  @Override
  public Consistency consistency() {
    return Consistency.CRASH;
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    requireHeld();
    super.read(offsetBytes, into);
  }

  @Override
  public void confirm() throws SourceException {
    requireHeld();
  }

  private void requireHeld() throws SourceException {
    try {
      stillness.requireHeld();
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(
          medium.path().toString(), String.valueOf(e.getMessage()), e);
    }
  }
}
