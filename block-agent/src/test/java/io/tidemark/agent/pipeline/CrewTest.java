package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrewTest {
  private final Crew crew = new Crew();

  @Test
  void waitsForAllAndWhomTheyStart() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      crew.start(
          Thread.ofVirtual(),
          () -> {
            crew.start(Thread.ofVirtual(), ended::incrementAndGet);
            ended.incrementAndGet();
          });
    }
    crew.join();
    assertThat(ended).hasValue(20);
  }

  @Test
  void theFirstFailureStopsTheRestAndIsTheOneToldOf() {
    CountDownLatch started = new CountDownLatch(3);
    AtomicInteger interrupted = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      crew.start(
          Thread.ofPlatform(),
          () -> {
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.incrementAndGet();
              throw new IOException("an echo");
            }
            return null;
          });
    }
    crew.start(
        Thread.ofVirtual(),
        () -> {
          started.await();
          throw new IOException("the cause");
        });
    assertThatThrownBy(crew::join).isInstanceOf(IOException.class).hasMessage("the cause");
    assertThat(interrupted).hasValue(3);
    crew.start(
        Thread.ofVirtual(),
        () -> {
          throw new AssertionError("started after the failure");
        });
    assertThatThrownBy(crew::join).hasMessage("the cause");
  }

  @Test
  void errorsAreFailuresToo() {
    crew.start(
        Thread.ofPlatform(),
        () -> {
          throw new StackOverflowError("deep");
        });
    assertThatThrownBy(crew::join).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void whoWaitsMayBeInterrupted() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    crew.start(
        Thread.ofPlatform(),
        () -> {
          try {
            new CountDownLatch(1).await();
          } finally {
            ended.countDown();
          }
          return null;
        });
    Thread.currentThread().interrupt();
    assertThatThrownBy(crew::join).isInstanceOf(InterruptedException.class);
    assertThat(ended.getCount()).isZero();
  }
}
