package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param snapshots 1 to 100, each as in [SnapshotShowRequest]
/// @param now true deletes past the trash: nothing brings them back
@Serdeable
public record SnapshotDeleteRequest(
    @Nullable List<@Nullable String> snapshots, @Nullable Boolean now) {}
