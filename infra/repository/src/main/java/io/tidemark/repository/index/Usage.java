package io.tidemark.repository.index;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How much a volume's snapshots use. Bytes are those that a collection has counted, and what was
/// committed since.
///
/// @param number of the event after which this is so; up to it the index is complete
/// @param snapshots that are READY
/// @param bytes of the objects that any root names, each once; never too few but for what a crash
///   left out, until the next collection
/// @param countedAt number of the event at which the bytes were counted, or taken as they were
/// @param countedBytes at that number
public record Usage(
    VolumeId volume, long number, long snapshots, long bytes, long countedAt, long countedBytes) {

  /// Which of two stands: the later one, then the one that was counted later.
  static final Comparator<Usage> STANDING =
      Comparator.comparingLong(Usage::number).thenComparingLong(Usage::countedAt);

  private static final int PARTS = 5;

  /// Of a volume without any.
  public static Usage none(VolumeId volume) {
    return new Usage(volume, 0, 0, 0, 0, 0);
  }

  /// Of the state after event `number`, on what was counted earlier.
  static Usage of(VolumeId volume, long number, VolumeState state, Usage earlier) {
    long bytes = earlier.countedBytes();
    long ready = 0;
    for (Entry entry : state.entries().values()) {
      if (entry.phase() instanceof Phase.Ready) {
        ready++;
      }
      Optional<Phase.Content> content = entry.content();
      if (content.isPresent() && content.get().commit() > earlier.countedAt()) {
        bytes += content.get().facts().storedBytes();
      }
    }
    return new Usage(volume, number, ready, bytes, earlier.countedAt(), earlier.countedBytes());
  }

  /// The same after event `at`, the bytes counted as `counted`.
  Usage counted(long at, long counted) {
    return new Usage(volume, number, snapshots, counted, at, counted);
  }

  /// The key of the object that says so; it holds nothing else.
  String key() {
    return ObjectKeys.usage(volume)
        + String.format(
            Locale.ROOT,
            "%s-%d-%d-%d-%d",
            ObjectKeys.descending(number),
            snapshots,
            bytes,
            countedAt,
            countedBytes);
  }

  /// What a key says; empty for one that is none.
  static Optional<Usage> parse(String key) {
    List<String> path = List.of(key.split("/", -1));
    if (path.size() != 4 || !VolumeId.isValid(path.get(2))) {
      return Optional.empty();
    }
    String[] parts = path.get(3).split("-", -1);
    if (parts.length != PARTS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Usage(
              new VolumeId(path.get(2)),
              ObjectKeys.ascending(parts[0]),
              count(parts[1]),
              count(parts[2]),
              count(parts[3]),
              count(parts[4])));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long count(String digits) {
    long count = Long.parseLong(digits);
    if (count < 0) {
      throw new IllegalArgumentException("Not a count: " + digits);
    }
    return count;
  }
}
