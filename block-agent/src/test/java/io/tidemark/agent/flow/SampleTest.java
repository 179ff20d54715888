package io.tidemark.agent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Test
  void takesAboutWhatIsAskedAndTheSameEveryTime() {
    for (double percent : new double[] {1, 10, 50, 99}) {
      Sample sample = new Sample(percent, 42);
      long taken = LongStream.range(0, 640_000).filter(sample::takes).count();
      assertThat(taken / 6400.0).isCloseTo(percent, within(2.0));
      assertThat(taken % 64).isZero();
      assertThat(LongStream.range(0, 640_000).filter(sample::takes).count()).isEqualTo(taken);
    }
    assertThat(LongStream.range(0, 1000).allMatch(Sample.ALL::takes)).isTrue();
  }

  @Test
  void isNeitherNothingNorMoreThanAll() {
    for (double percent : new double[] {0, -1, 100.5, Double.NaN}) {
      assertThatThrownBy(() -> new Sample(percent, 0)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
