package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/// @param snapshot its id, the unique beginning of one, `VOLUME@latest` or `VOLUME@NAME`
@Serdeable
public record SnapshotShowRequest(@Nullable String snapshot) {}
