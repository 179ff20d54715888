package io.tidemark.agent.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Ends this process in order when it is sent SIGINT, SIGTERM or SIGHUP: the work is interrupted
/// and says itself what it leaves. Where it does not hear that, for it waits for a store that does
/// not answer, its connections are closed; where even that does not help, this says so in its
/// place. Either way there is one answer.
final class Interruption {
  /// What the work leaves in the store may need a few requests.
  private static final Duration ORDERLY_END = Duration.ofSeconds(10);

  /// Where nothing was sent there is nothing to be put in order.
  private static final Duration END_OF_NOTHING = Duration.ofSeconds(1);

  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Thread worker;
  private final boolean json;
  private final Output out;
  private final PrintStream err;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Workplace workplace;
  private volatile int status = ExitStatus.FAILED.code();
  private volatile boolean exiting;

  /// @param worker who works
  /// @param out takes the one document, when that is wanted
  Interruption(Thread worker, Workplace.Form form, OutputStream out, PrintStream err) {
    this.worker = worker;
    this.json = form == Workplace.Form.JSON;
    this.out = new Output(out);
    this.err = err;
  }

  /// Where the work writes its answer to.
  OutputStream out() {
    return out;
  }

  /// To be told what the work is done with.
  void at(Workplace place) {
    workplace = place;
  }

  /// To be told that the work has ended, with that status.
  void ended(int with) {
    status = with;
    exiting = true;
    ended.countDown();
  }

  /// Does what a signal demands. Returns at once when there was none, and the process ends by
  /// itself.
  ///
  /// @return whether the process has still to be ended, with [#status]
  boolean run() throws InterruptedException {
    if (exiting) {
      return false;
    }
    worker.interrupt();
    if (!isOver(orderlyEnd())) {
      Workplace place = workplace;
      if (place != null) {
        place.close();
      }
      worker.interrupt();
      if (!isOver(LAST_WORDS)) {
        sayInItsPlace();
      }
    }
    return true;
  }

  int status() {
    return status;
  }

  private Duration orderlyEnd() {
    Workplace place = workplace;
    Duration usual = hasWritten() ? ORDERLY_END : END_OF_NOTHING;
    return place == null ? usual : place.orderlyEnd().orElse(usual);
  }

  private boolean hasWritten() {
    Workplace place = workplace;
    return place != null && place.hasWritten();
  }

  private boolean isOver(Duration within) throws InterruptedException {
    return ended.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sayInItsPlace() throws InterruptedException {
    Failure failure =
        Failures.interrupted(
            hasWritten(),
            "It did not end in order in time: a snapshot that was being made is ended by the next"
                + " one of its volume on this host.");
    if (json) {
      StringWriter document = new StringWriter();
      JsonWriter.write(document, failure::json);
      out.close(document.toString());
    } else {
      err.println("tidemark: " + failure.message());
    }
  }

  /// Standard output, until somebody else has the last word.
  private static final class Output extends FilterOutputStream {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean begun;
    private boolean closed;

    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      lock.lock();
      try {
        if (!closed) {
          begun = true;
          out.write(bytes, offset, length);
        }
      } finally {
        lock.unlock();
      }
    }

    /// Takes nothing more; writes `document` unless there is something already. Gives up when
    /// nobody takes what is being written.
    void close(String document) throws InterruptedException {
      if (!lock.tryLock(1, TimeUnit.SECONDS)) {
        return;
      }
      try {
        closed = true;
        if (!begun) {
          out.write(document.getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      } catch (IOException _) {
        // Nobody listens.
      } finally {
        lock.unlock();
      }
    }
  }
}
