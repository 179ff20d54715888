package io.tidemark.agent.nbd;

import java.util.SortedSet;
import java.util.TreeSet;

/// What a server says of an export.
///
/// @param flags of the protocol's transmission phase
/// @param minimumBytes that a request's offset and length are multiples of
/// @param maximumBytes of one request
/// @param replies how it answers
/// @param contexts of those asked for whose block status it tells
public record NbdExport(
    long sizeBytes,
    int flags,
    int minimumBytes,
    int maximumBytes,
    Replies replies,
    Channel channel,
    SortedSet<String> contexts) {
  /// The forms of answers.
  public enum Replies {
    SIMPLE,
    STRUCTURED
  }

  /// What the bytes travel through.
  public enum Channel {
    PLAIN,
    TLS
  }

  public NbdExport {
    contexts = new TreeSet<>(contexts);
  }

  /// Whether nobody can write to it through this server.
  public boolean isReadOnly() {
    return (flags & Protocol.FLAG_READ_ONLY) != 0;
  }

  /// Whether several connections see the same.
  public boolean takesSeveralConnections() {
    return (flags & Protocol.FLAG_CAN_MULTI_CONN) != 0;
  }
}
