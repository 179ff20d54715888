package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.Stillness.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes real steps with the real watchdog, tells each gap between two of them, and stops at one
/// for ever.
final class HoldingProcess {
  private final int stopAt;
  private int gap;

  private HoldingProcess(int stopAt) {
    this.stopAt = stopAt;
  }

  /// @param arguments the gap to stop at, how long the instant may take in milliseconds, and steps
  public static void main(String[] arguments) throws IOException {
    HoldingProcess process = new HoldingProcess(Integer.parseInt(arguments[0]));
    List<Quiescing.Planned> steps = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      QuiesceStep step = QuiesceStep.parse(arguments[i]);
      steps.add(
          new Quiescing.Planned(
              step, process.new StoppingStep(Quiescing.holding(step.what(), List.of()))));
    }
    Quiescing quiescing =
        new Quiescing(
            steps,
            Span.INSTANT,
            Duration.ofMillis(Long.parseLong(arguments[1])),
            process::guard,
            System::nanoTime);
    try {
      String _ =
          quiescing.<String, IOException>during(
              () -> {
                process.gap("instant");
                return "";
              });
      System.out.println("done");
    } catch (QuiesceException e) {
      System.out.println("broken: " + e.getMessage());
    }
  }

  private void gap(String name) {
    gap++;
    System.out.println("gap " + gap + " " + name);
    if (gap == stopAt) {
      System.out.println("stopped");
      try {
        int _ = System.in.read();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Guard guard() throws IOException, InterruptedException {
    WatchdogProcess watchdog = WatchdogProcess.start();
    System.out.println("watchdog " + watchdog.pid());
    gap("guard is there");
    return new ForwardingGuard(watchdog) {
      @Override
      public void arm(int number, Undo undo, Duration most)
          throws IOException, InterruptedException {
        super.arm(number, undo, most);
        gap("armed " + number);
      }

      @Override
      public void disarm(int number) throws IOException, InterruptedException {
        super.disarm(number);
        gap("disarmed " + number);
      }

      @Override
      public Verdict done() throws IOException, InterruptedException {
        Verdict verdict = super.done();
        gap("guard is gone");
        return verdict;
      }
    };
  }

  private final class StoppingStep implements Holding {
    private final Holding inner;

    StoppingStep(Holding inner) {
      this.inner = inner;
    }

    @Override
    public Worth worth() {
      return inner.worth();
    }

    @Override
    public boolean keepsWriters() {
      return inner.keepsWriters();
    }

    @Override
    public Optional<Undo> undo() {
      return inner.undo();
    }

    @Override
    public Rest rest() {
      return inner.rest();
    }

    @Override
    public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
      inner.begin(timeout, most);
      gap("begun " + inner.getClass().getSimpleName());
    }

    @Override
    public void end() throws IOException, InterruptedException {
      inner.end();
      gap("ended " + inner.getClass().getSimpleName());
    }
  }
}
