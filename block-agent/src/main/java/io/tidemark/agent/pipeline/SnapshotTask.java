package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.NodeSink;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackSender;
import java.util.Iterator;
import java.util.Optional;

/// All that one snapshot is made from.
///
/// @param view of the volume; after a failure it is good for closing only
/// @param parent what to compare with, pinned by the session; empty for a full upload
/// @param nodes where the parent's map is read
/// @param written is told of the new map's nodes, for a cache
/// @param fingerprints of the volume on this host; used when they are the parent's, and written
///   anew. Empty: every chunk is hashed and compared with the parent's map
/// @param earlier packs under this session's number that are in the store from before its process
///   died, ascending; asked for as the volume is read. Those that carry another token are not used
/// @param changes what may have changed since the parent, as far as somebody kept account
/// @param wish whether such an account is relied on
public record SnapshotTask(
    VolumeView view,
    ChunkSize chunkSize,
    Session session,
    Optional<MapEditor.Parent> parent,
    NodeSource nodes,
    NodeSink written,
    Optional<FingerprintFile> fingerprints,
    Iterator<PackContents> earlier,
    Changes changes,
    ScanWish wish) {
  /// Under what name packs are written.
  ///
  /// @param number of the session's `begun`
  public record Session(VolumeId volume, long number, Token token, PackSender packs) {}
}
