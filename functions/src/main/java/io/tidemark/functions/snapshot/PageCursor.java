package io.tidemark.functions.snapshot;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;

/// Where a page of snapshots ends: the last one shown, which may be gone by the time of the next.
public record PageCursor(Instant requestedAt, SnapshotId snapshot) {
  private static final int LONGEST = 200;
  private static final Comparator<PageCursor> OLDEST_FIRST =
      Comparator.comparing(PageCursor::requestedAt).thenComparing(PageCursor::snapshot);

  static PageCursor at(Snapshot snapshot) {
    Entry entry = snapshot.entry();
    return new PageCursor(entry.requestedAt(), entry.snapshot());
  }

  /// @throws IllegalArgumentException when it is none that [#text] made
  public static PageCursor parse(String text) {
    if (text.length() <= LONGEST) {
      try {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
        int space = plain.indexOf(' ');
        if (space > 0) {
          return new PageCursor(
              Instant.parse(plain.substring(0, space)), new SnapshotId(plain.substring(space + 1)));
        }
      } catch (IllegalArgumentException | DateTimeException _) {
        // Told below, in one way for all that is no cursor.
      }
    }
    throw new IllegalArgumentException(
        "'cursor' is none that an answer gave as 'next'. Leave it out to begin with the newest.");
  }

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((requestedAt + " " + snapshot).getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Whether a list that shows the newest first has `snapshot` behind this.
  boolean isBefore(Snapshot snapshot) {
    return OLDEST_FIRST.compare(at(snapshot), this) < 0;
  }
}
