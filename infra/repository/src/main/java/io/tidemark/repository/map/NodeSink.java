package io.tidemark.repository.map;

import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;

/// Is told of every node and pack list once the store holds it, so that a cache may keep them.
@FunctionalInterface
public interface NodeSink {

  /// @param frame the bytes at `reference`, header included; gone when the call returns
  void written(Reference reference, ByteBuffer frame);
}
