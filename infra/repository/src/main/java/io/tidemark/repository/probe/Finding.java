package io.tidemark.repository.probe;

import java.util.Optional;

/// What was found about one fact.
///
/// @param fact a [Fact]'s token, or one that only a newer Tidemark knows
/// @param failure what was seen instead; empty when the fact holds
public record Finding(String fact, Optional<String> failure) {}
