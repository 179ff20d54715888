/// JMH benchmarks of what every byte of a volume passes through. May touch the packages that it
/// measures. Invariant: each measures production code as it is called in production, on 32 KiB
/// chunks.
@NullMarked
package io.tidemark.benchmark;

import org.jspecify.annotations.NullMarked;
