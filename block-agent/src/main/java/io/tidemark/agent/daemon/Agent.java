package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.ConfigurationException;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Serves the requests for one host until it is interrupted: looks into the inbox, begins what
/// waits, several at once, and goes on whatever fails.
public final class Agent {
  /// What was interrupted tells the journal so within this.
  public static final Duration ORDERLY_END = Duration.ofSeconds(15);

  /// Reads the configuration again.
  @FunctionalInterface
  public interface ConfigurationSource {
    AgentConfiguration read() throws ConfigurationException;
  }

  private final Surroundings with;
  private final ConfigurationSource source;
  private final WorkQueue queue = new WorkQueue();
  private final Bell bell;
  private final AgentStatus status;
  private final PollingPace pace;
  private final Waits waits;
  private final SnapshotWork snapshots;
  private final RestoreWork restores;
  private final AtomicBoolean reloading = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile AgentConfiguration configuration;
  private boolean stopping;

  /// Null until the host is registered; only of the thread that turns.
  private @Nullable Reception reception;

  // Guarded by itself, and so is the other.
  private final Map<Job, Thread> threads = new HashMap<>();
  private boolean interrupting;

  public Agent(Surroundings with, AgentConfiguration configuration, ConfigurationSource source) {
    this(with, configuration, source, new Bell());
  }

  Agent(
      Surroundings with, AgentConfiguration configuration, ConfigurationSource source, Bell bell) {
    this.with = with;
    this.bell = bell;
    this.configuration = configuration;
    this.source = source;
    status = new AgentStatus(with.clock());
    pace = new PollingPace(configuration.polling(), with.random());
    waits = new Waits(with.log());
    snapshots = new SnapshotWork(with, waits);
    restores = new RestoreWork(with, waits);
  }

  AgentStatus status() {
    return status;
  }

  /// Requests that wait for their turn.
  public int waiting() {
    return queue.waiting();
  }

  /// Snapshots and restores under way.
  public int running() {
    return queue.running().size();
  }

  /// Somebody says that there is something in the inbox.
  public void wake() {
    woken.set(true);
    bell.ring();
  }

  /// Reads the configuration again before the next look: volumes, pools, limits and polling.
  public void reload() {
    reloading.set(true);
    bell.ring();
  }

  /// Serves requests until this thread is interrupted, then stops in order.
  public void run() {
    try {
      while (true) {
        turn();
        bell.await(pace.next());
        if (woken.getAndSet(false)) {
          pace.quicken();
        }
      }
    } catch (InterruptedException _) {
      stop();
    }
  }

  /// One look into the inbox, and what follows from it.
  void turn() {
    status.turns();
    if (reloading.getAndSet(false)) {
      readAgain();
    }
    try {
      look();
      status.isReady();
      with.metrics().looked();
    } catch (StoreException | Refused | IOException e) {
      with.metrics().lookFailed();
      if (status.isInTrouble(String.valueOf(e.getMessage()))) {
        with.log().warn("The inbox cannot be read now; it is tried on. " + e.getMessage());
      }
    }
    endLate();
    dispatch();
  }

  private void look() throws IOException {
    Reception known = reception;
    if (known == null) {
      Reception first =
          new Reception(
              with.repository(),
              with.host(),
              with.log(),
              new Registration(with.repository(), with.host().name(), with.log())
                  .register(configuration));
      sweep();
      take(first.search());
      reception = first;
      return;
    }
    queue.recall();
    take(known.look(queue::knows));
  }

  /// What an earlier process was killed over takes room until then.
  private void sweep() {
    for (NamedVolume volume : new Volumes(with.repository()).list()) {
      if (volume.host().equals(with.host().name())) {
        try {
          with.host().sweep(with.repository(), volume);
        } catch (IOException _) {
          // Not reachable now, most likely; the next snapshot does it, or says why it cannot.
        }
      }
    }
  }

  private void take(List<Job> jobs) {
    for (Job job : jobs) {
      if (queue.offer(job)) {
        pace.quicken();
      }
    }
  }

  /// Requests that nobody had the time for.
  private void endLate() {
    for (Job.ForSnapshot job : queue.takeLate(with.clock().instant())) {
      switch (snapshots.end(job)) {
        case ENDED -> waits.ended(job);
        // By the store's clock, the only one that counts, it is not late. It is nothing new.
        case AGAIN -> {
          boolean _ = queue.offer(job);
        }
      }
    }
  }

  private void dispatch() {
    Optional<Job> next = nextJob();
    while (next.isPresent()) {
      Job job = next.get();
      with.threads().execute(() -> work(job));
      next = nextJob();
    }
  }

  private synchronized Optional<Job> nextJob() {
    return stopping ? Optional.empty() : queue.take(configuration.limits().atOnce());
  }

  private void work(Job job) {
    begin(job);
    Conclusion conclusion = Conclusion.AGAIN;
    try {
      conclusion =
          switch (job) {
            case Job.ForSnapshot snapshot -> snapshots.run(snapshot, configuration);
            case Job.ForRestore restore -> restores.run(restore, configuration);
          };
    } catch (Error e) {
      with.log().warn(job.describe() + ": " + e);
    } finally {
      switch (conclusion) {
        case ENDED -> {
          waits.ended(job);
          queue.done(job);
          end(job);
          bell.ring();
        }
        case AGAIN -> {
          queue.defer(job);
          end(job);
          // Others may have its place; it waits for the next look, which nothing hastens.
          dispatch();
        }
      }
    }
  }

  private void begin(Job job) {
    synchronized (threads) {
      threads.put(job, Thread.currentThread());
      if (interrupting) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void end(Job job) {
    synchronized (threads) {
      threads.remove(job);
      // It came too late to stop this one, and means nothing to the next.
      boolean _ = Thread.interrupted();
      threads.notifyAll();
    }
  }

  /// The new volumes are made known at the next look.
  private void readAgain() {
    try {
      AgentConfiguration next = source.read();
      AgentConfiguration old = configuration;
      configuration = next;
      pace.change(next.polling());
      with.bandwidth().change(next.limits().uploadBytesPerSecond());
      reception = null;
      boolean same =
          next.repository().equals(old.repository())
              && next.endpoint().equals(old.endpoint())
              && next.host().equals(old.host())
              && next.state().equals(old.state())
              && next.credentials().equals(old.credentials())
              && next.listener().port() == old.listener().port();
      with.log()
          .info(
              "The configuration was read again."
                  + (same
                      ? ""
                      : " Of repository, endpoint, host, state, secrets and port it says something"
                          + " new; that counts once the agent is started again."));
    } catch (ConfigurationException e) {
      with.log()
          .warn("The configuration stays as it was, for the new one is faulty.\n" + e.getMessage());
    }
  }

  /// Takes no more work; what is under way may end within its time, and is interrupted after that.
  private void stop() {
    synchronized (this) {
      stopping = true;
    }
    List<Job> left = queue.running();
    with.log()
        .info(
            left.isEmpty()
                ? "Stopping; nothing is under way."
                : "Stopping; under way: " + describe(left) + ".");
    boolean again = awaitEnd(configuration.stopWithin().toNanos());
    if (!queue.running().isEmpty()) {
      with.log().warn("Interrupting what did not end in time: " + describe(queue.running()) + ".");
      synchronized (threads) {
        interrupting = true;
        threads.values().forEach(Thread::interrupt);
      }
      again |= awaitEnd(ORDERLY_END.toNanos());
    }
    List<Job> lost = queue.running();
    with.log()
        .info(
            lost.isEmpty()
                ? "Stopped. What waits in the inbox is served once the agent runs again."
                : "Stopped in the midst of "
                    + describe(lost)
                    + "; the agent goes on with it once it runs again.");
    if (again) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether it was interrupted meanwhile, after which it waits no longer
  private boolean awaitEnd(long nanos) {
    long end = System.nanoTime() + nanos;
    synchronized (threads) {
      try {
        for (long left = nanos;
            !queue.running().isEmpty() && left > 0;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(threads, left);
        }
        return false;
      } catch (InterruptedException _) {
        return true;
      }
    }
  }

  private static String describe(List<Job> jobs) {
    return String.join(", ", jobs.stream().map(Job::describe).toList());
  }
}
