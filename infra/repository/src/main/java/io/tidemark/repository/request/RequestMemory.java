package io.tidemark.repository.request;

import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.util.Optional;

/// What `requests/<digest>` remembers.
///
/// @param request SHA-256 of all that was asked for, 64 hexadecimal digits
/// @param volume in whose journal it is carried out; empty for the repository's
/// @param number of that journal's newest event before
/// @param snapshot reserved for it, where it makes one
/// @param target the volume drawn for it, where it makes one
/// @param policy drawn for it, where it makes one
public record RequestMemory(
    String request,
    Optional<VolumeId> volume,
    long number,
    Optional<SnapshotId> snapshot,
    Optional<VolumeId> target,
    Optional<PolicyId> policy) {
  /// A digest of the parts of a request.
  public static String digest(String... parts) {
    return RequestKey.hash(parts);
  }
}
