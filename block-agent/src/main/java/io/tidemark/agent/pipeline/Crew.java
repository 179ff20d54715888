package io.tidemark.agent.pipeline;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads that stand and fall together: the first failure interrupts the rest, and stopping waits
/// until the last has ended.
final class Crew {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Set<Thread> running = new HashSet<>();
  private @Nullable Throwable failure;

  void start(Thread.Builder kind, Runnable task) {
    start(
        kind,
        () -> {
          task.run();
          return null;
        });
  }

  /// Starts `task` in a thread of `kind`, unless the crew has failed already.
  void start(Thread.Builder kind, Callable<@Nullable Void> task) {
    lock.lock();
    try {
      if (failure == null) {
        Thread thread = kind.unstarted(() -> run(task));
        running.add(thread);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(Callable<@Nullable Void> task) {
    try {
      task.call();
    } catch (Throwable e) {
      fail(e);
    } finally {
      lock.lock();
      try {
        running.remove(Thread.currentThread());
        ended.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /// Stops everybody. Only the first reason counts: what the others fail with is its echo.
  private void fail(Throwable reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
        running.forEach(Thread::interrupt);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits until all have ended.
  ///
  /// @throws Exception the first failure
  /// @throws InterruptedException when the caller is interrupted; the crew is stopped and has ended
  void join() throws Exception {
    lock.lock();
    try {
      while (!running.isEmpty()) {
        ended.await();
      }
    } catch (InterruptedException e) {
      fail(e);
    } finally {
      lock.unlock();
      stop();
    }
    switch (failure) {
      case null -> {}
      case Error e -> throw e;
      case Exception e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /// Stops those that still run and waits for them, however long that takes.
  void stop() {
    lock.lock();
    try {
      if (!running.isEmpty()) {
        fail(new InterruptedException("Stopped"));
      }
      while (!running.isEmpty()) {
        ended.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
