package io.tidemark.functions.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WeekGridTest {
  @Test
  void saysDaysWithTheSameHoursTogether() {
    WeekGrid grid =
        new WeekGrid(WeekGrid.ticked(Set.of("grid-0-2", "grid-6-2", "grid-3-14")), List.of());

    assertThat(grid.expressions()).containsExactly("0 2 * * 1,0", "0 14 * * 4");
  }

  @Test
  void keepsWhatNoGridCanShow() {
    WeekGrid grid = WeekGrid.of(List.of("30 2 * * *", "0 0 1 * *", "0 3 * * *"));

    assertThat(grid.others()).containsExactly("30 2 * * *", "0 0 1 * *");
    assertThat(grid.expressions()).containsExactly("0 3 * * *", "30 2 * * *", "0 0 1 * *");
  }

  @Test
  void readsWhatItWrote() {
    long seed = Long.getLong("tidemark.seed", new Random().nextLong());
    System.out.println("-Dtidemark.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      TreeSet<String> ticked = new TreeSet<>();
      int boxes = random.nextInt(168);
      for (int box = 0; box < boxes; box++) {
        ticked.add(random.nextInt(7) + "-" + random.nextInt(24));
      }
      WeekGrid grid = new WeekGrid(ticked, List.of());
      assertThat(WeekGrid.of(new ArrayList<>(grid.expressions()))).isEqualTo(grid);
    }
  }
}
