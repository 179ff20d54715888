package io.tidemark.agent.flow;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Runs something again and again beside the work, such as beats and a progress line.
@FunctionalInterface
public interface Pulse {
  /// A beat that goes on until it is closed; [#close] returns once the last run has ended.
  interface Beating extends AutoCloseable {
    @Override
    void close();
  }

  /// Runs `task` every `period`, the first time after one period. A task that throws ends it.
  Beating every(Duration period, Runnable task);

  /// Each beat on a daemon thread of its own, for one that waits for the store must not stop
  /// others.
  static Pulse onThreads() {
    return (period, task) -> {
      ScheduledExecutorService thread =
          Executors.newSingleThreadScheduledExecutor(
              runnable -> {
                Thread daemon = new Thread(runnable, "pulse");
                daemon.setDaemon(true);
                return daemon;
              });
      ScheduledFuture<?> beats =
          thread.scheduleWithFixedDelay(
              task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
      return () -> {
        beats.cancel(false);
        // Waits for the run that may be under way.
        thread.close();
      };
    };
  }
}
