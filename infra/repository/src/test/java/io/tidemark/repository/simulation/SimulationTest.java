package io.tidemark.repository.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int RUNS = Integer.getInteger("tidemark.simulation.runs", 1500);

  @Test
  void noHistoryBreaksAPromise() throws InterruptedException {
    Long given = Long.getLong("tidemark.seed");
    if (given != null) {
      Simulation.Result result = Simulation.run(given);
      System.out.println(result.trace());
      assertThat(result.violation()).isEmpty();
      return;
    }
    long first = new SplittableRandom().nextLong();
    System.out.println(
        "SimulationTest: "
            + RUNS
            + " histories from seed "
            + first
            + "; repeat one with -Dtidemark.seed=SEED");
    long steps = 0;
    for (int run = 0; run < RUNS; run++) {
      Simulation.Result result = Simulation.run(first + run);
      steps += result.steps();
      assertThat(result.violation()).isEmpty();
    }
    System.out.println("SimulationTest: " + steps + " steps");
  }

  @Test
  void aSeedIsAHistory() throws InterruptedException {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Simulation.run(seed).trace()).isEqualTo(Simulation.run(seed).trace());
    }
  }
}
