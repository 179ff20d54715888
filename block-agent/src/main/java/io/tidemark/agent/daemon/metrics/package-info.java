/// What an agent has done, in numbers for Prometheus. Touches nothing. Invariant: no label has a
/// value that grows without bound; volumes are those of one host.
@NullMarked
package io.tidemark.agent.daemon.metrics;

import org.jspecify.annotations.NullMarked;
