package io.tidemark.agent.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Threads that do many small tasks together, each with a tool that is its own meanwhile. The first
/// failure ends them all. For one caller at a time.
final class Workers<T extends Workers.Tool> implements AutoCloseable {
  /// What only one thread at a time may use.
  interface Tool extends AutoCloseable {
    @Override
    void close();
  }

  /// A part of the work.
  @FunctionalInterface
  interface Task<T> {
    void run(T tool) throws IOException, InterruptedException;
  }

  private final int threads;
  private final Supplier<T> tools;
  private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();
  private final ExecutorService pool;

  Workers(String name, int threads, Supplier<T> tools) {
    this.threads = threads;
    this.tools = tools;
    pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
  }

  /// Does all tasks, in no order, and returns when the last has ended.
  ///
  /// @throws InterruptedException when the caller is interrupted; no task runs any more then
  void run(List<? extends Task<T>> tasks) throws IOException, InterruptedException {
    Round<T> round = new Round<>(this, tasks);
    int hands = Math.min(threads, tasks.size());
    CountDownLatch ended = new CountDownLatch(hands);
    for (int i = 0; i < hands; i++) {
      pool.execute(
          () -> {
            try {
              round.work();
            } finally {
              ended.countDown();
            }
          });
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      round.fail(e);
      awaitAll(ended);
    }
    round.rethrow();
  }

  private static void awaitAll(CountDownLatch ended) {
    boolean again = true;
    while (again) {
      try {
        ended.await();
        again = false;
      } catch (InterruptedException _) {
        // Asked to stop twice: they are stopping already.
      }
    }
  }

  private static final class Round<T extends Tool> {
    private final Workers<T> workers;
    private final List<? extends Task<T>> tasks;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by this.
    private final Set<Thread> running = new HashSet<>();
    private @Nullable Throwable failure;

    Round(Workers<T> workers, List<? extends Task<T>> tasks) {
      this.workers = workers;
      this.tasks = tasks;
    }

    void work() {
      T tool = null;
      try {
        enter();
        T free = workers.idle.poll();
        tool = free != null ? free : workers.tools.get();
        for (int i = next.getAndIncrement();
            i < tasks.size() && !hasFailed();
            i = next.getAndIncrement()) {
          tasks.get(i).run(tool);
        }
      } catch (Throwable e) {
        fail(e);
      } finally {
        if (tool != null) {
          workers.idle.add(tool);
        }
        leave();
      }
    }

    private synchronized void enter() {
      running.add(Thread.currentThread());
    }

    private synchronized void leave() {
      running.remove(Thread.currentThread());
      // The thread goes on to another round, where this interrupt means nothing.
      boolean _ = Thread.interrupted();
    }

    private synchronized boolean hasFailed() {
      return failure != null;
    }

    synchronized void fail(Throwable why) {
      if (failure == null) {
        failure = why;
        running.stream()
            .filter(thread -> !thread.equals(Thread.currentThread()))
            .forEach(Thread::interrupt);
      }
    }

    synchronized void rethrow() throws IOException, InterruptedException {
      switch (failure) {
        case null -> {}
        case UncheckedIOException e when e.getCause() != null -> throw e.getCause();
        case IOException e -> throw e;
        case InterruptedException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }

  /// Ends the threads, which are idle by now, and closes the tools.
  @Override
  public void close() {
    pool.close();
    for (T tool = idle.poll(); tool != null; tool = idle.poll()) {
      tool.close();
    }
  }
}
