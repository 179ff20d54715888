package io.tidemark.repository.journal;

import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Events as they might come, most of them legal on the state given.
final class Histories {
  private Histories() {}

  static VolumeEvent event(RandomGenerator random, VolumeState state, long number) {
    List<Entry> entries = new ArrayList<>(state.entries().values());
    SnapshotId fresh = Samples.snapshot((int) number);
    if (entries.isEmpty() || random.nextInt(5) == 0) {
      return random.nextBoolean()
          ? new VolumeEvent.Requested(
              fresh,
              label(random),
              Origin.POLICY,
              Optional.empty(),
              "host",
              Optional.empty(),
              more(random))
          : Samples.begun(fresh, Samples.token((int) number), parent(random, entries));
    }
    Entry entry = entries.get(random.nextInt(entries.size()));
    SnapshotId id = entry.snapshot();
    if (random.nextInt(6) == 0) {
      return new VolumeEvent.Described(id, label(random), more(random));
    }
    if (!state.holds().isEmpty() && random.nextInt(3) == 0) {
      return Samples.released(state.holds().firstKey());
    }
    return switch (entry.phase()) {
      case Phase.Requested _ ->
          switch (random.nextInt(3)) {
            case 0 -> Samples.failed(id);
            case 1 -> Samples.removed(id);
            default -> Samples.begun(id, Samples.token((int) number), parent(random, entries));
          };
      case Phase.Creating creating ->
          switch (random.nextInt(5)) {
            case 0 -> Samples.failed(id);
            case 1 -> Samples.removed(id);
            default -> Samples.committed(id, creating.session(), creating.token());
          };
      case Phase.Ready(Phase.Content content) ->
          random.nextBoolean()
              ? Samples.trashed(id)
              : Samples.held(
                  id, content.root(), List.of(Hold.Kind.values()).get(random.nextInt(4)));
      case Phase.Trashed _ -> random.nextBoolean() ? Samples.restored(id) : Samples.removed(id);
      case Phase.Failed _ -> Samples.removed(id);
    };
  }

  private static Optional<Phase.Parent> parent(RandomGenerator random, List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.content().isPresent())
        .filter(_ -> random.nextBoolean())
        .map(
            entry -> {
              Phase.Content content = entry.content().orElseThrow();
              return new Phase.Parent(entry.snapshot(), content.root(), content.commit());
            })
        .findFirst();
  }

  /// Long at times, so that the state grows past what may ride along and shrinks again.
  private static Label label(RandomGenerator random) {
    int letters = random.nextInt(20) == 0 ? 66_000 : 5;
    return new Label(
        "n" + random.nextInt(9),
        new TreeMap<>(Map.of("t", "y".repeat(letters))),
        Optional.of(Samples.AT));
  }

  private static More more(RandomGenerator random) {
    return random.nextBoolean()
        ? More.NONE
        : new More("{\"new" + random.nextInt(3) + "\":{\"x\":" + random.nextInt(9) + "}}");
  }
}
