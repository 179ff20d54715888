package io.tidemark.agent.command;

import io.tidemark.agent.flow.Notes;
import io.tidemark.repository.key.SnapshotId;

/// What a flow tells, on the console.
record ConsoleNotes(Console console) implements Notes {
  @Override
  public void warn(String sentence) {
    console.warn(sentence);
  }

  @Override
  public void begun(SnapshotId snapshot) {
    console.say("Making " + snapshot + ".");
  }

  @Override
  public void step(String sentence) {
    console.say(sentence);
  }
}
