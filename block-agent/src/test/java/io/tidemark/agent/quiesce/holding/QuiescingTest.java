package io.tidemark.agent.quiesce.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.Stillness.Span;
import io.tidemark.agent.quiesce.holding.Holding.Worth;
import io.tidemark.repository.journal.Consistency;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The order of what is done, and what is done when something fails.
class QuiescingTest {
  private final List<String> done = new ArrayList<>();
  private final List<Quiescing.Planned> steps = new ArrayList<>();
  private String failing = "";
  private String interrupting = "";
  private Holding.Rest rest = new Holding.Rest.Nothing();
  private Guard.Verdict verdict = Guard.Verdict.KEPT;
  private long now;

  @AfterEach
  void forgetInterrupts() {
    boolean _ = Thread.interrupted();
  }

  private void act(String what) throws IOException, InterruptedException {
    done.add(what);
    now += Duration.ofMillis(1).toNanos();
    if (what.equals(failing)) {
      throw new IOException(what + " failed");
    }
    if (what.equals(interrupting)) {
      throw new InterruptedException();
    }
  }

  private final class RecordedStep implements Holding {
    private final String name;
    private final Worth worth;

    RecordedStep(String name, Worth worth) {
      this.name = name;
      this.worth = worth;
    }

    @Override
    public Worth worth() {
      return worth;
    }

    @Override
    public boolean keepsWriters() {
      return worth != Worth.NOTHING;
    }

    @Override
    public Optional<Undo> undo() {
      return keepsWriters() ? Optional.of(new Undo.Thaw(Path.of(name))) : Optional.empty();
    }

    @Override
    public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
      act("begin " + name);
    }

    @Override
    public void end() throws IOException, InterruptedException {
      act("end " + name);
    }

    @Override
    public Rest rest() {
      return rest;
    }
  }

  private final class RecordedGuard implements Guard {
    @Override
    public void arm(int number, Undo undo, Duration most) throws IOException, InterruptedException {
      act("arm " + number);
    }

    @Override
    public void disarm(int number) throws IOException, InterruptedException {
      act("disarm " + number);
    }

    @Override
    public void within(Duration most) throws IOException, InterruptedException {
      act("within " + most.toSeconds());
    }

    @Override
    public Verdict done() throws IOException, InterruptedException {
      act("done");
      return verdict;
    }

    @Override
    public void leave() {
      done.add("leave");
    }
  }

  private void step(String text, Worth worth) {
    QuiesceStep step = QuiesceStep.parse(text);
    steps.add(new Quiescing.Planned(step, new RecordedStep("/" + steps.size(), worth)));
  }

  private void threeSteps(String options) {
    step("sync" + options, Worth.NOTHING);
    step("mysql" + options, Worth.APPLICATION);
    step("fs:/srv" + options, Worth.FILE_SYSTEM);
  }

  private Quiescing quiescing(Span span) {
    return new Quiescing(
        steps,
        span,
        Duration.ofSeconds(7),
        () -> {
          act("guard");
          return new RecordedGuard();
        },
        () -> now);
  }

  private String take() throws IOException {
    try {
      act("instant");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "taken";
  }

  @Test
  void takesTheStepsInOrderAndUndoesThemInReverse() throws Exception {
    threeSteps("");
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(done)
        .containsExactly(
            "guard",
            "begin /0",
            "arm 1",
            "begin /1",
            "arm 2",
            "begin /2",
            "within 7",
            "instant",
            "end /2",
            "disarm 2",
            "end /1",
            "disarm 1",
            "end /0",
            "done");
    assertThat(quiescing.outcome().consistency()).contains(Consistency.APPLICATION);
    // From before the first step that holds somebody until after the last one's end.
    assertThat(quiescing.outcome().held()).contains(Duration.ofMillis(11));
    quiescing.close();
    assertThat(done).hasSize(14);
  }

  @Test
  void holdsNobodyWhereNothingIsWished() throws Exception {
    Quiescing quiescing = quiescing(Span.NOTHING);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(done).containsExactly("instant");
    assertThat(quiescing.outcome()).isEqualTo(Outcome.NOTHING);
  }

  @Test
  void startsNoGuardForWhatNeedsNone() throws Exception {
    step("sync", Worth.NOTHING);
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(done).containsExactly("begin /0", "instant", "end /0");
    assertThat(quiescing.outcome().consistency()).isEmpty();
    assertThat(quiescing.outcome().held()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "APPLICATION, FILE_SYSTEM, APPLICATION",
    "NOTHING, FILE_SYSTEM, FILESYSTEM",
    "APPLICATION, APPLICATION, APPLICATION"
  })
  void saysWhatStoodStill(Worth first, Worth second, Consistency consistency) throws Exception {
    step("mysql", first);
    step("redis", second);
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(quiescing.outcome().consistency()).contains(consistency);
  }

  /// Whatever fails: what was begun is ended, the last first, and the guard goes.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "guard",
        "begin /0",
        "arm 1",
        "begin /1",
        "arm 2",
        "begin /2",
        "within 7",
        "instant",
        "end /2",
        "disarm 2",
        "end /1",
        "disarm 1",
        "end /0",
        "done"
      })
  void leavesNothingBehindWhereverItFails(String where) {
    threeSteps("");
    failing = where;
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThatThrownBy(() -> quiescing.during(this::take))
        .isInstanceOf(where.equals("instant") ? IOException.class : QuiesceException.class)
        .hasMessageContaining(where + " failed");
    assertEverybodyWasLetGo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"guard", "arm 1", "begin /1", "arm 2", "begin /2", "within 7"})
  void leavesNothingBehindWhereverItIsInterrupted(String where) {
    threeSteps("?otherwise=crash");
    interrupting = where;
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThatThrownBy(() -> quiescing.during(this::take))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("Interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).doesNotContain("instant");
    assertEverybodyWasLetGo();
  }

  private void assertEverybodyWasLetGo() {
    List<String> held = new ArrayList<>();
    for (String what : done) {
      if (what.startsWith("begin ") && !what.equals(failing) && !what.equals(interrupting)) {
        held.add(what.substring("begin ".length()));
      } else if (what.startsWith("end ")) {
        assertThat(held.removeLast()).isEqualTo(what.substring("end ".length()));
      }
    }
    assertThat(held).isEmpty();
    if (done.contains("arm 1") || done.contains("begin /0")) {
      assertThat(done.getLast()).isEqualTo("done");
    }
  }

  @Test
  void goesOnWithoutAStepWhereThatWasChosen() throws Exception {
    step("mysql?otherwise=crash", Worth.APPLICATION);
    step("fs:/srv", Worth.FILE_SYSTEM);
    failing = "begin /0";
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(done)
        .containsExactly(
            "guard",
            "arm 0",
            "begin /0",
            "disarm 0",
            "arm 1",
            "begin /1",
            "within 7",
            "instant",
            "end /1",
            "disarm 1",
            "done");
    assertThat(quiescing.outcome().consistency()).contains(Consistency.FILESYSTEM);
    assertThat(quiescing.outcome().remarks())
        .singleElement()
        .asString()
        .contains("mysql?otherwise=crash", "begin /0 failed", "without it");
  }

  @Test
  void countsNothingWhereOneOfTwoApplicationsDidNotStandStill() throws Exception {
    step("mysql?otherwise=crash", Worth.APPLICATION);
    step("redis?otherwise=crash", Worth.APPLICATION);
    failing = "begin /0";
    Quiescing quiescing = quiescing(Span.INSTANT);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(quiescing.outcome().consistency()).isEmpty();
  }

  @Test
  void tellsHowToGoOnWhenAStepFails() {
    step("mysql:/etc/my.cnf", Worth.APPLICATION);
    failing = "begin /0";
    assertThatThrownBy(() -> quiescing(Span.INSTANT).during(this::take))
        .hasMessageContaining("The step mysql:/etc/my.cnf failed: begin /0 failed.")
        .hasMessageContaining("mysql:/etc/my.cnf?timeout=1m")
        .hasMessageContaining("mysql:/etc/my.cnf?otherwise=crash")
        .hasMessageContaining("Nobody is held any more");
  }

  @Test
  void leavesToTheGuardWhatAStepMayHaveHeld() {
    step("guest:/s", Worth.FILE_SYSTEM);
    failing = "begin /0";
    rest = new Holding.Rest.Something();
    assertThatThrownBy(() -> quiescing(Span.INSTANT).during(this::take))
        .isInstanceOf(QuiesceException.class);
    assertThat(done).containsExactly("guard", "arm 0", "begin /0", "done");
  }

  @Test
  void keepsTheGuardUntilTheKernelHasAnswered() {
    step("fs:/srv", Worth.FILE_SYSTEM);
    failing = "begin /0";
    CompletableFuture<Void> settled = new CompletableFuture<>();
    rest = new Holding.Rest.Pending(settled);
    assertThatThrownBy(() -> quiescing(Span.INSTANT).during(this::take))
        .isInstanceOf(QuiesceException.class);
    assertThat(done).containsExactly("guard", "arm 0", "begin /0");
    settled.complete(null);
    assertThat(done.getLast()).isEqualTo("leave");
  }

  @Test
  void takesNoInstantForGoodThatTheGuardHasBroken() throws Exception {
    threeSteps("");
    verdict = Guard.Verdict.FIRED;
    assertThatThrownBy(() -> quiescing(Span.INSTANT).during(this::take))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("The watchdog had to let them go");
    steps.clear();
    done.clear();
    threeSteps("?otherwise=crash");
    Quiescing crash = quiescing(Span.INSTANT);
    assertThat(crash.during(this::take)).isEqualTo("taken");
    assertThat(crash.outcome().consistency()).isEmpty();
    assertThat(crash.outcome().remarks()).singleElement().asString().contains("power cut");
  }

  @Test
  void saysSoWhenSomebodyMayBeHeldOn() {
    threeSteps("?otherwise=crash");
    failing = "end /2";
    Quiescing quiescing =
        new Quiescing(
            steps,
            Span.INSTANT,
            Duration.ofSeconds(7),
            () ->
                new ForwardingGuard(new RecordedGuard()) {
                  @Override
                  public Verdict done() throws IOException {
                    throw new IOException("/srv is still frozen");
                  }
                },
            () -> now);
    assertThatThrownBy(() -> quiescing.during(this::take))
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("NOT EVERYBODY COULD BE LET GO: /srv is still frozen");
  }

  @Test
  void holdsForTheReadingUntilItIsConfirmed() throws Exception {
    step("fs:/srv", Worth.FILE_SYSTEM);
    Quiescing quiescing = quiescing(Span.READING);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    assertThat(done).endsWith("within 7", "instant");
    quiescing.requireHeld();
    quiescing.confirm();
    assertThat(done).endsWith("instant", "end /0", "disarm 0", "done");
    assertThat(quiescing.outcome().consistency()).contains(Consistency.FILESYSTEM);
    assertThat(quiescing.outcome().held()).isPresent();
  }

  @Test
  void failsTheReadingAtItsLimit() throws Exception {
    step("fs:/srv?otherwise=crash", Worth.FILE_SYSTEM);
    Quiescing quiescing = quiescing(Span.READING);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    now += Duration.ofSeconds(8).toNanos();
    assertThatThrownBy(quiescing::requireHeld)
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("--freeze-for-read LIMIT");
    verdict = Guard.Verdict.FIRED;
    assertThatThrownBy(quiescing::confirm)
        .isInstanceOf(QuiesceException.class)
        .hasMessageContaining("was not made");
  }

  @Test
  void letsGoWhenTheReadingIsGivenUp() throws Exception {
    step("fs:/srv", Worth.FILE_SYSTEM);
    Quiescing quiescing = quiescing(Span.READING);
    assertThat(quiescing.during(this::take)).isEqualTo("taken");
    Thread.currentThread().interrupt();
    quiescing.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).endsWith("instant", "end /0", "disarm 0", "done");
  }
}
