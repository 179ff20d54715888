package io.tidemark.agent.daemon;

import io.tidemark.agent.flow.Notes;
import io.tidemark.repository.key.SnapshotId;

/// What a flow tells, in the agent's log.
record LoggedNotes(AgentLog log, String volume) implements Notes {
  @Override
  public void warn(String sentence) {
    log.warn(volume + ": " + sentence);
  }

  @Override
  public void begun(SnapshotId snapshot) {
    log.info(volume + ": Making " + snapshot + ".");
  }

  @Override
  public void step(String sentence) {
    log.info(volume + ": " + sentence);
  }
}
