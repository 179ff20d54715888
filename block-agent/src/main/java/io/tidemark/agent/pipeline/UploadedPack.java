package io.tidemark.agent.pipeline;

import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.util.List;

/// A pack of chunks that an earlier process of this very session left in the store, its footer and
/// token read.
///
/// @param objectBytes its length in the store
/// @param frames all that its footer names
public record UploadedPack(PackId id, int objectBytes, List<Reference> frames) {
  public UploadedPack {
    frames = List.copyOf(frames);
  }
}
