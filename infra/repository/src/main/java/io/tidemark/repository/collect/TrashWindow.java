package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a deleted snapshot may be brought back. Whoever collects decides: give it to all alike.
public record TrashWindow(Duration span) {
  private static final Duration LONGEST = Duration.ofDays(3_650);

  /// The environment variable that says it: `30m`, `36h`, `7d`.
  public static final String VARIABLE = "TIDEMARK_TRASH_WINDOW";

  /// Where nobody says otherwise.
  public static final TrashWindow USUAL = new TrashWindow(Upkeep.TRASH_WINDOW);

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,6}) ?([mhd])");

  public TrashWindow {
    if (span.isNegative() || span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "A trash is kept for 0 to " + LONGEST.toDays() + " days, not for " + span);
    }
  }

  /// What the environment says.
  ///
  /// @throws IllegalArgumentException naming the variable when it is no span of time
  public static TrashWindow of(Map<String, String> variables) {
    String text = variables.getOrDefault(VARIABLE, "").strip();
    if (text.isEmpty()) {
      return USUAL;
    }
    Matcher matcher = SYNTAX.matcher(text);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      Duration span =
          switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case String _ -> Duration.ofDays(count);
          };
      if (span.compareTo(LONGEST) <= 0) {
        return new TrashWindow(span);
      }
    }
    throw new IllegalArgumentException(
        VARIABLE
            + " is '"
            + text
            + "' (wanted a span of time like 30m, 24h or 7d, of "
            + LONGEST.toDays()
            + " days at most)");
  }

  /// When, by the store's clock, a collection may purge a snapshot; empty for one that is not in
  /// the trash, or where the event that put it there has no date any more. One request.
  public Optional<Instant> end(Repository repository, VolumeId volume, Entry entry) {
    if (!(entry.phase() instanceof Phase.Trashed)) {
      return Optional.empty();
    }
    try {
      return Optional.of(repository.journal(volume).createdAt(entry.since()).plus(span));
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    }
  }
}
