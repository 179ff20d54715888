package io.tidemark.repository.policy;

import io.tidemark.repository.journal.volume.Entry;
import java.util.List;

/// What a retention makes of one snapshot, and why.
///
/// @param reasons why it is kept; of one that goes, that no rule keeps it
public record Judgement(Entry snapshot, Verdict verdict, List<String> reasons) {
  /// Whether it stays.
  public enum Verdict {
    KEEP,
    DELETE
  }

  public Judgement {
    reasons = List.copyOf(reasons);
  }
}
