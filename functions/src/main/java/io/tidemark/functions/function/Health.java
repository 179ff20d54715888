package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;

/// @param status `up`
@Serdeable
public record Health(String status) {}
