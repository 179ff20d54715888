package io.tidemark.agent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private final AtomicInteger open = new AtomicInteger();

  private final class Counted implements Workers.Tool {
    Counted() {
      open.incrementAndGet();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Test
  void doesEveryTaskOnceAndClosesItsTools() throws Exception {
    AtomicInteger done = new AtomicInteger();
    try (Workers<Counted> workers = new Workers<>("test", 3, Counted::new)) {
      for (int round = 0; round < 5; round++) {
        List<Workers.Task<Counted>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          tasks.add(_ -> done.incrementAndGet());
        }
        workers.run(tasks);
      }
      workers.run(List.of());
      assertThat(open.get()).isBetween(1, 3);
    }
    assertThat(done).hasValue(500);
    assertThat(open).hasValue(0);
  }

  @Test
  void stopsTheOthersAtTheFirstFailure() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    try (Workers<Counted> workers = new Workers<>("test", 2, Counted::new)) {
      List<Workers.Task<Counted>> tasks =
          List.of(
              _ -> {
                waiting.countDown();
                new CountDownLatch(1).await();
              },
              _ -> {
                waiting.await();
                throw new IOException("the first");
              },
              _ -> {
                throw new IOException("never run");
              });
      assertThatThrownBy(() -> workers.run(tasks))
          .isInstanceOf(IOException.class)
          .hasMessage("the first");
      // And is good for another round.
      AtomicInteger done = new AtomicInteger();
      workers.run(List.of(_ -> done.incrementAndGet()));
      assertThat(done).hasValue(1);
    }
  }

  @Test
  void stopsWhenItsCallerIsInterrupted() throws Exception {
    Thread caller = Thread.currentThread();
    AtomicInteger stopped = new AtomicInteger();
    try (Workers<Counted> workers = new Workers<>("test", 2, Counted::new)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.of(
                          _ -> {
                            caller.interrupt();
                            try {
                              new CountDownLatch(1).await();
                            } finally {
                              stopped.incrementAndGet();
                            }
                          })))
          .isInstanceOf(InterruptedException.class);
    }
    assertThat(stopped).hasValue(1);
  }
}
