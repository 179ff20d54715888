package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program of the user's, run with `freeze` before and with `thaw` after; `thaw` comes also when
/// `freeze` failed or was never run, and may come twice.
final class HookProgram implements Holding {
  static final String FREEZE = "freeze";
  static final String THAW = "thaw";

  private final Path program;
  private Duration timeout = Duration.ZERO;
  private Rest rest = new Rest.Nothing();

  HookProgram(Path program) {
    this.program = program;
  }

  /// What it does nobody can know.
  @Override
  public Worth worth() {
    return Worth.NOTHING;
  }

  @Override
  public boolean keepsWriters() {
    return true;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.of(new Undo.RunThaw(program));
  }

  @Override
  public void check() throws IOException {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new IOException(program + " is no program that this user may run");
    }
  }

  @Override
  public Rest rest() {
    return rest;
  }

  @Override
  public void begin(Duration within, Duration most) throws IOException, InterruptedException {
    timeout = within;
    rest = new Rest.Something();
    run(program, FREEZE, within);
  }

  @Override
  public void end() throws IOException, InterruptedException {
    run(program, THAW, timeout);
  }

  /// @throws IOException with its own words when it fails or takes too long; then it is ended
  static void run(Path program, String argument, Duration within)
      throws IOException, InterruptedException {
    try (ClientProcess process =
        ClientProcess.start(List.of(program.toString(), argument), Map.of())) {
      process.finish(within);
    }
  }
}
