package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;

/// @param repository where the served repository lies, without any secret
@Serdeable
public record Health(String status, String repository) {}
