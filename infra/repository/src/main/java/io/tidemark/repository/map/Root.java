package io.tidemark.repository.map;

import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.Reference;
import java.util.Optional;

/// All that is needed to read one state of a volume, and to know which packs that takes.
///
/// @param volume whose journal, packs and chunk size these are
/// @param map the top node; empty when every chunk is zero or there is none
/// @param packList never absent, even when the map is
/// @param listCommit number of the `committed` event that wrote the list
public record Root(
    VolumeId volume, long sizeBytes, Optional<Reference> map, Reference packList, long listCommit) {
  public Root {
    if (sizeBytes < 0 || listCommit < 1) {
      throw new IllegalArgumentException(
          "No root: " + sizeBytes + " bytes, list of commit " + listCommit);
    }
  }
}
