package io.tidemark.repository.journal;

import io.tidemark.repository.key.CommitId;
import java.time.Instant;

/// What every event says of itself.
///
/// @param number counted from 1, without gaps
/// @param previous SHA-256 of the bytes of event `number - 1`, 64 hexadecimal digits; "" for event
///   1
/// @param commitId random; tells a writer whether the event with this number is its own
/// @param at the writer's clock; informs people, no rule depends on it
/// @param actor who asked for it
/// @param critical a reader that does not know the type must stop
public record EventHeader(
    long number,
    String previous,
    CommitId commitId,
    Instant at,
    String actor,
    String type,
    Critical critical) {
  /// The newest format of events that this code reads and the one it writes.
  public static final int FORMAT = 1;

  /// Whether a reader that does not know an event's type may skip it.
  public enum Critical {
    YES,
    NO
  }
}
