package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.system.ThisSession;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `sync`: what was written is on its way no more.
final class KernelFlush implements Holding {
  @Override
  public Worth worth() {
    return Worth.NOTHING;
  }

  @Override
  public boolean keepsWriters() {
    return false;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.empty();
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    // The kernel cannot be told to leave it.
    Thread.ofPlatform()
        .daemon()
        .name("sync")
        .start(
            () -> {
              ThisSession.syncAll();
              done.complete(null);
            });
    try {
      Void _ = done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the kernel was not done with it in time", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void end() {}
}
