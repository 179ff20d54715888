package io.tidemark.agent.daemon;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes one who waits. Rung before he waits, it does not let him wait at all.
class Bell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private boolean ringing;

  void ring() {
    lock.lock();
    try {
      ringing = true;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until it rings, no longer than `span`.
  void await(Duration span) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = span.toNanos();
      while (!ringing && left > 0) {
        left = rung.awaitNanos(left);
      }
      ringing = false;
    } finally {
      lock.unlock();
    }
  }
}
