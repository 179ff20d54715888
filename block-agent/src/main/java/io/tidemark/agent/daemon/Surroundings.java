package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.metrics.AgentMetrics;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.repository.Repository;
import io.tidemark.repository.store.decorated.Bandwidth;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// What an agent works with.
///
/// @param bandwidth that all uploads share
/// @param most that a single snapshot may take of this host, were it alone
/// @param codes of failures, as commands have them
/// @param threads runs each snapshot and restore
public record Surroundings(
    Repository repository,
    ThisHost host,
    Bandwidth bandwidth,
    Limits most,
    Pulse pulse,
    InstantSource clock,
    RandomGenerator random,
    Function<Throwable, String> codes,
    Executor threads,
    AgentMetrics metrics,
    AgentLog log) {}
