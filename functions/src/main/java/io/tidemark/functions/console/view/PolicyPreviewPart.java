package io.tidemark.functions.console.view;

import io.tidemark.functions.function.PolicyPreview.Decision;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a policy would keep and delete, were it carried out now.
///
/// @param rows the first of them; what would be deleted comes first
/// @param kept how many
/// @param deleted how many
/// @param more whether there are others yet, not even counted
/// @param trouble why nothing can be told
public record PolicyPreviewPart(
    List<Decision> rows, long kept, long deleted, More more, Optional<Dialog.Trouble> trouble) {
  /// So many are told one by one.
  private static final int MOST = 100;

  /// Whether all were counted.
  public enum More {
    NONE,
    SOME
  }

  public PolicyPreviewPart {
    rows = List.copyOf(rows);
  }

  public static PolicyPreviewPart of(List<Decision> decisions, More more) {
    List<Decision> deleted = decisions.stream().filter(one -> !one.keep()).toList();
    return new PolicyPreviewPart(
        Stream.concat(deleted.stream(), decisions.stream().filter(Decision::keep))
            .limit(MOST)
            .toList(),
        decisions.size() - deleted.size(),
        deleted.size(),
        more,
        Optional.empty());
  }

  public static PolicyPreviewPart of(Dialog.Trouble trouble) {
    return new PolicyPreviewPart(List.of(), 0, 0, More.NONE, Optional.of(trouble));
  }

  /// Beside those that are told one by one.
  public long others() {
    return kept + deleted - rows.size();
  }

  public boolean isCounted() {
    return more == More.NONE;
  }
}
