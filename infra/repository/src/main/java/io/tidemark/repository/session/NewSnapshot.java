package io.tidemark.repository.session;

import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;

/// What a session is begun for.
///
/// @param requestedAt by the clock of who asked
/// @param host that makes it
public record NewSnapshot(
    VolumeId volume, Label label, Origin origin, Instant requestedAt, String host) {}
