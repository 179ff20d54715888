package io.tidemark.agent.command;

import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import picocli.CommandLine.Parameters;

/// A verb about one or more snapshots, all of which are found before the first is touched.
abstract class SnapshotsVerb extends Verb {
  @Parameters(
      arity = "1..*",
      paramLabel = "SNAPSHOT",
      description = "An id, the unique beginning of one, VOLUME@latest or VOLUME@NAME.")
  private List<String> words = List.of();

  /// Each once, however often it was named.
  final List<Snapshot> find(Workplace workplace) {
    SequencedMap<SnapshotId, Snapshot> found = new LinkedHashMap<>();
    for (SnapshotSelector selector : ParsedWords.of(words, SnapshotSelector::parse)) {
      Snapshot snapshot = workplace.snapshots().find(selector);
      found.put(snapshot.entry().snapshot(), snapshot);
    }
    return new ArrayList<>(found.sequencedValues());
  }
}
