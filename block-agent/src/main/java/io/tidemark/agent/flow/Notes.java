package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.Scan;

/// What a flow tells while it works. Called by several threads.
public interface Notes {
  /// Something that must be known, though the work goes on.
  void warn(String sentence);

  /// The snapshot's id, once there is one.
  default void begun(io.tidemark.repository.key.SnapshotId snapshot) {}

  /// How a volume was read of whose changes somebody keeps account.
  default void scanned(Scan scan) {}

  /// A step that whoever watches may want to know of.
  default void step(String sentence) {}
}
