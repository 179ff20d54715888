package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.time.Duration;

/// A guard before another one.
class ForwardingGuard implements Guard {
  private final Guard inner;

  ForwardingGuard(Guard inner) {
    this.inner = inner;
  }

  @Override
  public void arm(int number, Undo undo, Duration most) throws IOException, InterruptedException {
    inner.arm(number, undo, most);
  }

  @Override
  public void disarm(int number) throws IOException, InterruptedException {
    inner.disarm(number);
  }

  @Override
  public void within(Duration most) throws IOException, InterruptedException {
    inner.within(most);
  }

  @Override
  public Verdict done() throws IOException, InterruptedException {
    return inner.done();
  }

  @Override
  public void leave() {
    inner.leave();
  }
}
