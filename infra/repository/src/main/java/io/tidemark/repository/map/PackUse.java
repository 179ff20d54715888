package io.tidemark.repository.map;

import io.tidemark.repository.pack.PackId;

/// How much of one pack a map names.
///
/// @param objectBytes length of the pack object; 0 for the pack that holds the list itself
/// @param liveFrames references of the map into this pack: a frame named at two positions counts
///   twice
/// @param liveStoredBytes the lengths of those references together, so at times more than the
///   object has
public record PackUse(PackId pack, int objectBytes, long liveFrames, long liveStoredBytes) {
  public PackUse {
    if (objectBytes < 0 || liveFrames < 1 || liveStoredBytes < 0) {
      throw new IllegalArgumentException(
          "No use of a pack: "
              + liveFrames
              + " frames of "
              + liveStoredBytes
              + " bytes in an object of "
              + objectBytes);
    }
  }
}
