package io.tidemark.functions.function;

import io.tidemark.repository.Repository;
import java.util.function.Function;

/// A function that is called by a clock: a thin face over one use case. May run late, twice, or on
/// two machines at once.
public interface ScheduledFunction extends Function<Repository, Report> {}
