package io.tidemark.repository.simulation;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One process: a thread that runs only while it is stepped, from one store call to the next.
final class Actor {
  /// What a process does.
  interface Body {
    void run(Actor self) throws InterruptedException;
  }

  private final String name;
  private final Thread thread;
  private volatile boolean running;
  private volatile boolean ended;
  private volatile boolean killed;
  private @Nullable Thread stage;
  private @Nullable Call before;
  private Verdict verdict = Verdict.DONE;
  private @Nullable Throwable failure;

  Actor(String name, Body body) {
    this.name = name;
    thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(
                () -> {
                  try {
                    body.run(this);
                  } catch (Killed _) {
                    killed = true;
                  } catch (Throwable e) {
                    failure = e;
                  }
                  ended = true;
                  before = null;
                  giveBack();
                });
  }

  String name() {
    return name;
  }

  boolean isOver() {
    return ended;
  }

  boolean isKilled() {
    return killed;
  }

  boolean isThis() {
    return Thread.currentThread().equals(thread);
  }

  /// The call it stands before; null before its first step and when it is over.
  @Nullable Call before() {
    return before;
  }

  /// Why it ended, when that was no return.
  @Nullable Throwable failure() {
    return failure;
  }

  /// Lets the call it stands before come to `verdict`, and the process go on to its next one.
  void step(Verdict next) {
    if (ended) {
      throw new IllegalStateException(name + " is over");
    }
    verdict = next;
    stage = Thread.currentThread();
    running = true;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
    while (running) {
      LockSupport.park(this);
    }
  }

  void kill() {
    killed = true;
    if (thread.getState() == Thread.State.NEW) {
      ended = true;
    } else if (!ended) {
      step(Verdict.KILLED);
    }
  }

  /// Called by its own thread before a store call.
  Verdict stop(Call call) {
    if (killed) {
      throw new Killed();
    }
    before = call;
    giveBack();
    while (!running) {
      LockSupport.park(this);
    }
    before = null;
    if (verdict == Verdict.KILLED) {
      killed = true;
      throw new Killed();
    }
    return verdict;
  }

  private void giveBack() {
    running = false;
    LockSupport.unpark(stage);
  }

  @Override
  public String toString() {
    return name;
  }
}
