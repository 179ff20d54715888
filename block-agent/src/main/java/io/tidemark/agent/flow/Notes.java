package io.tidemark.agent.flow;

/// What a flow tells while it works. Called by several threads.
public interface Notes {
  /// Something that must be known, though the work goes on.
  void warn(String sentence);

  /// The snapshot's id, once there is one.
  default void begun(io.tidemark.repository.key.SnapshotId snapshot) {}

  /// A step that whoever watches may want to know of.
  default void step(String sentence) {}
}
