package io.tidemark.repository.pack;

import java.util.Arrays;
import java.util.Optional;

/// What a pack holds; kinds are never mixed, so that the nodes of one commit lie together.
public enum PackKind {
  CHUNKS(1),
  NODES(2),
  /// One pack list, alone, in the last pack of its session.
  LIST(3);

  private final int code;

  PackKind(int code) {
    this.code = code;
  }

  /// The kind that `code` stands for, if this version knows it.
  static Optional<PackKind> of(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }

  /// The byte that stands for it in a pack's header.
  public int code() {
    return code;
  }
}
