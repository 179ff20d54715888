package io.tidemark.agent.restore;

/// What becomes of what is at a target's path.
public enum Placement {
  /// A file must not exist; a block device is written to from end to end.
  FRESH,
  /// A file or block device is compared and written to where it differs.
  IN_PLACE
}
