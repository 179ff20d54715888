package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.qemu.GuestAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The file systems of a machine, frozen by the guest agent in it.
final class GuestFreeze implements Holding {
  private final Path socket;
  private Rest rest = new Rest.Nothing();

  GuestFreeze(Path socket) {
    this.socket = socket;
  }

  @Override
  public Worth worth() {
    return Worth.FILE_SYSTEM;
  }

  @Override
  public boolean keepsWriters() {
    return true;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.of(new Undo.ThawGuest(socket));
  }

  @Override
  public Rest rest() {
    return rest;
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException {
    try (GuestAgent agent = GuestAgent.open(socket, timeout)) {
      if (agent.isFrozen()) {
        throw new IOException("the machine is frozen already, by somebody else");
      }
      // An answer that does not come may come later.
      rest = new Rest.Something();
      if (agent.freeze() == 0) {
        throw new IOException("the guest agent found no file system to freeze");
      }
    }
  }

  @Override
  public void end() throws IOException {
    int thawed;
    try (GuestAgent agent = GuestAgent.open(socket, PreparedUndo.PATIENCE)) {
      thawed = agent.thaw();
    }
    if (thawed == 0) {
      throw new IOException("somebody has thawed the machine meanwhile");
    }
  }
}
