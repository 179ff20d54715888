/// JMH benchmarks of what every byte of a volume passes through, and the programs that measure
/// lists over HTTP. May touch the packages that it measures. Invariant: each measures production
/// code as it is called in production.
@NullMarked
package io.tidemark.benchmark;

import org.jspecify.annotations.NullMarked;
