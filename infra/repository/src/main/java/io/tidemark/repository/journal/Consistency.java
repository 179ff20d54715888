package io.tidemark.repository.journal;

/// What a snapshot's bytes are worth, strongest first; kept on the snapshot for ever.
public enum Consistency {
  /// Applications were brought to a consistent stop at the instant.
  APPLICATION,
  /// The file system was frozen at the instant.
  FILESYSTEM,
  /// One instant, as after a power cut.
  CRASH,
  /// Nobody wrote while the volume was read.
  IDLE,
  /// Read while it may have been written: no instant at all.
  LIVE
}
