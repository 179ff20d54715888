package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceStep.What;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.repository.journal.Consistency;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes the steps of one snapshot around its instant and undoes them in reverse, whatever fails.
/// For one thread, and once.
public final class Quiescing implements Stillness, AutoCloseable {
  /// What takes an instant is done within milliseconds, or hangs.
  static final Duration INSTANT = Duration.ofSeconds(15);

  /// For what comes between two things that have a time of their own.
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final List<Planned> steps;
  private final Span span;
  private final Duration most;
  private final Guard.Starter guards;
  private final LongSupplier nanos;

  private final Deque<Begun> begun = new ArrayDeque<>();
  private final List<Planned> missed = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<CompletionStage<?>> pending = new ArrayList<>();
  private @Nullable Guard guard;
  private boolean holding;
  private boolean waiting;
  private boolean unsure;
  private long heldUntil;
  private long heldSince;
  private Outcome outcome = Outcome.NOTHING;

  /// A step and what does it.
  record Planned(QuiesceStep step, Holding holding) {}

  private record Begun(int number, Planned planned) {}

  Quiescing(
      List<Planned> steps,
      Span span,
      Duration forInstant,
      Guard.Starter guards,
      LongSupplier nanos) {
    this.steps = List.copyOf(steps);
    this.span = span;
    this.guards = guards;
    this.nanos = nanos;
    Duration all = forInstant;
    for (Planned planned : steps) {
      all = all.plus(planned.step().timeout());
    }
    most = all;
  }

  /// Looks whether what is wished can be done; nothing is held yet.
  ///
  /// @param needed places that this process writes to meanwhile
  /// @throws QuiesceException when it cannot
  public static Quiescing of(QuiesceWish wish, List<Path> needed) throws QuiesceException {
    List<Planned> steps = new ArrayList<>();
    for (QuiesceStep step : wish.steps()) {
      Holding holding = holding(step.what(), needed);
      try {
        holding.check();
      } catch (IOException e) {
        throw new QuiesceException(
            "The step " + step + " cannot be taken: " + e.getMessage() + ". Nobody was held.", e);
      }
      steps.add(new Planned(step, holding));
    }
    Span span =
        wish.forRead().isPresent() ? Span.READING : steps.isEmpty() ? Span.NOTHING : Span.INSTANT;
    return new Quiescing(
        steps, span, wish.forRead().orElse(INSTANT), WatchdogProcess::start, System::nanoTime);
  }

  static Holding holding(What what, List<Path> needed) {
    return switch (what) {
      case What.Sync _ -> new KernelFlush();
      case What.FileSystem(Path point) -> new FileSystemFreeze(point, needed);
      case What.MySql(Optional<Path> options) -> new MySqlReadLock(options);
      case What.PostgreSql(Optional<Path> services) -> new PostgresCheckpoint(services);
      case What.Redis(Optional<Path> options) -> new RedisPause(options);
      case What.Guest(Path socket) -> new GuestFreeze(socket);
      case What.Command(Path program) -> new HookProgram(program);
    };
  }

  @Override
  public Span span() {
    return span;
  }

  /// What it came to, once nobody is held any more.
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public <T, X extends IOException> T during(Moment<T, X> moment) throws X, QuiesceException {
    if (span == Span.NOTHING) {
      return moment.take();
    }
    begin();
    T result;
    try {
      allowForInstant();
      result = moment.take();
    } catch (Throwable e) {
      Release release = letGo();
      if (!release.left().isEmpty()) {
        throw new QuiesceException(e.getMessage() + " " + release.words(), e);
      }
      throw e;
    }
    if (span == Span.INSTANT) {
      confirm();
    }
    return result;
  }

  /// How letting go went.
  ///
  /// @param broken what did not hold until then
  /// @param left what may be held on
  private record Release(List<String> broken, List<String> left) {
    static final Release NOTHING = new Release(List.of(), List.of());

    String words() {
      return left.isEmpty()
          ? "Nobody is held any more."
          : "NOT EVERYBODY COULD BE LET GO: " + String.join(" ", left);
    }
  }

  private void begin() throws QuiesceException {
    if (holding) {
      throw new IllegalStateException("Holds already");
    }
    holding = true;
    try {
      if (steps.stream().anyMatch(planned -> planned.holding().undo().isPresent())) {
        guard = startGuard();
      }
      for (int i = 0; i < steps.size(); i++) {
        begin(i, steps.get(i));
      }
    } catch (IOException e) {
      throw new QuiesceException(e.getMessage() + " " + letGo().words(), e);
    } catch (InterruptedException e) {
      Release release = letGo();
      Thread.currentThread().interrupt();
      throw new QuiesceException(
          "Interrupted while writers were brought to a stop. " + release.words(), e);
    }
  }

  private Guard startGuard() throws IOException, InterruptedException {
    try {
      return guards.start();
    } catch (IOException e) {
      throw new IOException("No step was taken: " + e.getMessage() + ".", e);
    }
  }

  private void begin(int number, Planned planned) throws IOException, InterruptedException {
    Holding doing = planned.holding();
    Duration timeout = planned.step().timeout();
    try {
      Optional<Undo> undo = doing.undo();
      Guard watching = guard;
      if (undo.isPresent() && watching != null) {
        watching.arm(number, undo.get(), timeout.plus(SLACK));
      }
      if (doing.keepsWriters() && !waiting) {
        waiting = true;
        heldSince = nanos.getAsLong();
      }
      boolean done = false;
      try {
        doing.begin(timeout, most.plus(SLACK));
        done = true;
        begun.push(new Begun(number, planned));
      } finally {
        if (!done) {
          giveUp(number, doing);
        }
      }
    } catch (IOException e) {
      miss(planned, String.valueOf(e.getMessage()).replaceAll("\\.+$", ""), e);
    }
  }

  /// After a step has failed: whatever is left of it is the guard's.
  private void giveUp(int number, Holding doing) throws IOException, InterruptedException {
    switch (doing.rest()) {
      case Holding.Rest.Nothing _ -> disarm(number, doing);
      case Holding.Rest.Something _ -> unsure = true;
      case Holding.Rest.Pending(CompletionStage<?> settled) -> pending.add(settled);
    }
  }

  private void disarm(int number, Holding doing) throws IOException, InterruptedException {
    Guard watching = guard;
    if (watching != null && doing.undo().isPresent()) {
      watching.disarm(number);
    }
  }

  private void miss(Planned planned, String why, IOException e) throws QuiesceException {
    switch (planned.step().otherwise()) {
      case REFUSE ->
          throw new QuiesceException(
              "The step "
                  + planned.step()
                  + " failed: "
                  + why
                  + ". The snapshot was not made. Mend that, or give the step longer, "
                  + example(planned.step().what(), "timeout=1m")
                  + ", or let the snapshot be taken without it: "
                  + example(planned.step().what(), "otherwise=crash")
                  + ".",
              e);
      case CRASH -> {
        missed.add(planned);
        remarks.add(
            "The step "
                + planned.step()
                + " failed, and the snapshot was taken without it, as was wished: "
                + why
                + ".");
      }
    }
  }

  private static String example(What what, String option) {
    String bare = new QuiesceStep(what, Duration.ZERO, QuiesceStep.Otherwise.REFUSE).text();
    return bare.substring(0, bare.lastIndexOf('?') + 1) + option;
  }

  private void allowForInstant() throws QuiesceException {
    Guard watching = guard;
    if (watching == null) {
      return;
    }
    Duration forInstant = most;
    for (Planned planned : steps) {
      forInstant = forInstant.minus(planned.step().timeout());
    }
    try {
      watching.within(forInstant);
    } catch (IOException e) {
      throw new QuiesceException("No instant was taken: " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuiesceException("Interrupted before the instant.", e);
    }
    heldUntil = nanos.getAsLong() + forInstant.toNanos();
  }

  @Override
  public void requireHeld() throws QuiesceException {
    if (span == Span.READING && holding && nanos.getAsLong() - heldUntil > 0) {
      throw new QuiesceException(
          "The reading takes longer than writers may be held. They were let go, and the snapshot was"
              + " not made. Allow more (--freeze-for-read LIMIT), or give the volume a source with an"
              + " instant of its own: see tidemark volume show.",
          null);
    }
  }

  /// Lets everybody go, and says whether they were held until now.
  ///
  /// @throws QuiesceException when they were not, so that the instant is not what was wished
  public void confirm() throws QuiesceException {
    if (!holding) {
      return;
    }
    Release release = letGo();
    List<String> broken = release.broken();
    List<Planned> held = steps.stream().filter(planned -> !missed.contains(planned)).toList();
    if (!broken.isEmpty()) {
      boolean refused =
          held.stream()
              .anyMatch(planned -> planned.step().otherwise() == QuiesceStep.Otherwise.REFUSE);
      if (refused || span == Span.READING || !release.left().isEmpty()) {
        throw new QuiesceException(
            "Writers were not held until the end: "
                + String.join(" ", broken)
                + " The snapshot was not made. "
                + release.words(),
            null);
      }
      remarks.add(
          "Writers were not held until the end, and the snapshot is what a power cut leaves, as was"
              + " wished: "
              + String.join(" ", broken));
      held = List.of();
    }
    outcome = new Outcome(consistency(held), outcome.held(), remarks);
  }

  private Optional<Consistency> consistency(List<Planned> held) {
    if (isWhole(Holding.Worth.APPLICATION, held)) {
      return Optional.of(Consistency.APPLICATION);
    }
    return isWhole(Holding.Worth.FILE_SYSTEM, held)
        ? Optional.of(Consistency.FILESYSTEM)
        : Optional.empty();
  }

  /// Whether there are steps of that worth, and all of them held.
  private boolean isWhole(Holding.Worth worth, List<Planned> held) {
    List<Planned> wanted =
        steps.stream().filter(planned -> planned.holding().worth() == worth).toList();
    return !wanted.isEmpty() && held.containsAll(wanted);
  }

  /// Ends all that was begun, the last first. An interrupt waits until then.
  private Release letGo() {
    if (!holding) {
      return Release.NOTHING;
    }
    holding = false;
    boolean interrupted = Thread.interrupted();
    List<String> broken = new ArrayList<>();
    while (!begun.isEmpty()) {
      Begun last = begun.pop();
      try {
        last.planned().holding().end();
        disarm(last.number(), last.planned().holding());
      } catch (IOException e) {
        unsure = true;
        broken.add(last.planned().step() + ": " + e.getMessage() + ".");
      } catch (InterruptedException e) {
        unsure = true;
        interrupted = true;
        broken.add(last.planned().step() + ": interrupted.");
      }
    }
    List<String> left = new ArrayList<>();
    if (!dismissGuard(broken, left)) {
      interrupted = true;
    }
    if (waiting) {
      Duration held = Duration.ofNanos(nanos.getAsLong() - heldSince);
      outcome = new Outcome(Optional.empty(), Optional.of(held), remarks);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Release(broken, left);
  }

  /// @return false when it was interrupted over it
  private boolean dismissGuard(List<String> broken, List<String> left) {
    Guard watching = guard;
    if (watching == null) {
      return true;
    }
    guard = null;
    if (!pending.isEmpty()) {
      // It goes on watching until the kernel has answered, or this process has ended.
      CompletableFuture<?>[] all =
          pending.stream()
              .map(CompletionStage::toCompletableFuture)
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture<Void> _ =
          CompletableFuture.allOf(all).whenComplete((_, _) -> watching.leave());
      return true;
    }
    try {
      if (watching.done() == Guard.Verdict.FIRED) {
        broken.add("The watchdog had to let them go, for the time was over.");
      }
      return true;
    } catch (IOException e) {
      broken.add(e.getMessage() + ".");
      if (unsure) {
        left.add(e.getMessage() + ".");
      }
      return true;
    } catch (InterruptedException e) {
      watching.leave();
      broken.add("Interrupted before the watchdog said that all was well.");
      return false;
    }
  }

  /// Lets everybody go who is held yet.
  @Override
  public void close() {
    Release _ = letGo();
  }
}
