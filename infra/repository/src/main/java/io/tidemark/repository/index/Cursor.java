package io.tidemark.repository.index;

import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;

/// Where a page of a list ended: behind one snapshot. Opaque to those who hand it back.
///
/// @param folder the snapshot's, under `index/created/`, without the slashes
public record Cursor(String folder) {
  private static final Pattern SYNTAX = Pattern.compile("[0-9]{13}-snap-[0-9a-f]{17}");

  public Cursor {
    if (!SYNTAX.matcher(folder).matches()) {
      throw new IllegalArgumentException("Not a cursor");
    }
  }

  /// Behind that snapshot.
  public static Cursor after(Instant requestedAt, SnapshotId snapshot) {
    String key = ObjectKeys.created(requestedAt, snapshot);
    return new Cursor(key.substring(ObjectKeys.CREATED.length(), key.length() - 1));
  }

  /// Reads what [#text] gave.
  ///
  /// @throws IllegalArgumentException when it is none
  public static Cursor parse(String text) {
    try {
      return new Cursor(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Not a cursor of this list; begin again without one", e);
    }
  }

  public String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(folder.getBytes(StandardCharsets.US_ASCII));
  }

  /// Whether a snapshot comes behind this.
  public boolean isBefore(Instant requestedAt, SnapshotId snapshot) {
    return folder.compareTo(after(requestedAt, snapshot).folder()) < 0;
  }
}
