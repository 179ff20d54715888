package io.tidemark.repository.session;

import io.tidemark.repository.key.VolumeId;

/// What `snapshots/<id>` says: which volume the snapshot is of, and that volume's newest event
/// number when the id was reserved.
public record SnapshotReservation(VolumeId volume, long number) {}
