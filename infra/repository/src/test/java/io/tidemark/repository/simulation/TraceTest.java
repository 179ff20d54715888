package io.tidemark.repository.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TraceTest {
  @ParameterizedTest
  @EnumSource
  void endsWell(Trace trace) throws InterruptedException {
    assertThat(trace.run()).isEmpty();
  }
}
