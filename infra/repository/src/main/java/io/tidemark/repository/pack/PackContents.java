package io.tidemark.repository.pack;

import java.util.List;

/// What one pack holds, read from its footer.
///
/// @param frames in the order they lie in
public record PackContents(PackHeader header, int objectBytes, List<Reference> frames) {
  public PackContents {
    frames = List.copyOf(frames);
  }
}
