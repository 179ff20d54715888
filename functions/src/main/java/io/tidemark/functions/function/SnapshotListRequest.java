package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/// @param volume name or id; all of them when null
/// @param trash true shows the trash instead
/// @param limit 1 to 1,000 snapshots; 100 when null
/// @param cursor the `next` of the page before
@Serdeable
public record SnapshotListRequest(
    @Nullable String volume,
    @Nullable Boolean trash,
    @Nullable Integer limit,
    @Nullable String cursor) {}
