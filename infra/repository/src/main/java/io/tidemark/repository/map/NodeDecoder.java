package io.tidemark.repository.map;

import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.frame.FrameDecoder;
import io.tidemark.repository.frame.FrameHeader;
import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;

/// Turns the frame of a node or pack list into what it says, checked against the id of what refers
/// to it. For one thread at a time; holds native memory until closed.
public final class NodeDecoder implements AutoCloseable {
  private final FrameDecoder frames = new FrameDecoder();
  private final ChunkHasher hasher = new ChunkHasher();
  private final ByteBuffer plaintext = ByteBuffer.allocate(MapNodeCodec.LARGEST_BYTES);

  /// @param frame the bytes that `node` refers to; not moved
  public MapNode node(Reference node, int level, ByteBuffer frame) throws MalformedException {
    decode(node, frame, plaintext.clear());
    return MapNodeCodec.read(node.pack().volume(), level, plaintext);
  }

  /// @param frame the bytes that `list` refers to; not moved
  public PackList packList(Reference list, ByteBuffer frame) throws MalformedException {
    int plaintextBytes = FrameHeader.read(frame).plaintextBytes();
    if (plaintextBytes > PackListCodec.LARGEST_BYTES) {
      throw new MalformedException(
          "the pack list claims " + plaintextBytes + " bytes, no list has so many");
    }
    ByteBuffer room = ByteBuffer.allocate(plaintextBytes);
    decode(list, frame, room);
    return PackListCodec.read(list.pack().volume(), room);
  }

  private void decode(Reference reference, ByteBuffer frame, ByteBuffer into)
      throws MalformedException {
    frames.decode(frame, into);
    into.flip();
    if (!hasher.id(into).equals(reference.id())) {
      throw new MalformedException("the bytes are not those of id " + reference.id());
    }
  }

  @Override
  public void close() {
    frames.close();
  }
}
