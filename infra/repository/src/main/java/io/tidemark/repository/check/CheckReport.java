package io.tidemark.repository.check;

import java.util.List;

/// What a check looked at and found.
public record CheckReport(
    int volumes, int snapshots, long events, long packs, long packBytes, List<Problem> problems) {
  public CheckReport {
    problems = List.copyOf(problems);
  }

  public boolean hasDamage() {
    return problems.stream().anyMatch(problem -> problem.weight() == Problem.Weight.DAMAGE);
  }
}
