package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.qemu.GuestAgent;
import io.tidemark.agent.system.Errno;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// An undo with all at hand that it needs, so that nothing frozen is in its way.
abstract sealed class PreparedUndo implements AutoCloseable {
  /// For what is asked of somebody else.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private boolean done;

  /// @throws IOException when it could not be done
  static PreparedUndo of(Undo undo) throws IOException {
    return switch (undo) {
      case Undo.Thaw(Path point) -> new Thawing(OpenFile.open(point, Set.of()));
      case Undo.ThawGuest(Path socket) -> new GuestThawing(socket);
      case Undo.Unpause(Optional<Path> options) -> new Unpausing(RedisOptions.read(options));
      case Undo.RunThaw(Path program) -> new Running(program);
    };
  }

  /// Does it; what was done once and cannot come again is not done twice.
  final void perform() throws IOException, InterruptedException {
    if (!done || mayComeAgain()) {
      attempt();
      done = true;
    }
  }

  /// Whether what is undone may still be on its way.
  boolean mayComeAgain() {
    return false;
  }

  abstract void attempt() throws IOException, InterruptedException;

  @Override
  public void close() {}

  private static final class Thawing extends PreparedUndo {
    private final OpenFile file;

    Thawing(OpenFile file) {
      this.file = file;
    }

    @Override
    boolean mayComeAgain() {
      return true;
    }

    @Override
    void attempt() throws IOException {
      try {
        file.thaw();
      } catch (SystemCallException e) {
        // It is not frozen.
        if (e.errno() != Errno.EINVAL) {
          throw e;
        }
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private static final class GuestThawing extends PreparedUndo {
    private final Path socket;

    GuestThawing(Path socket) {
      this.socket = socket;
    }

    @Override
    void attempt() throws IOException {
      try (GuestAgent agent = GuestAgent.open(socket, PATIENCE)) {
        int _ = agent.thaw();
      }
    }
  }

  private static final class Unpausing extends PreparedUndo {
    private final RedisOptions options;

    Unpausing(RedisOptions options) {
      this.options = options;
    }

    @Override
    void attempt() throws IOException {
      try (RedisClient client = RedisClient.connect(options, PATIENCE)) {
        String _ = client.ask("CLIENT", "UNPAUSE");
      }
    }
  }

  private static final class Running extends PreparedUndo {
    private final Path program;

    Running(Path program) {
      this.program = program;
    }

    @Override
    void attempt() throws IOException, InterruptedException {
      HookProgram.run(program, HookProgram.THAW, PATIENCE);
    }
  }
}
