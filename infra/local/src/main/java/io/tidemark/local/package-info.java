/// Tidemark on one machine: the embedded S3 server, and what runs it beside functions and agent.
/// May touch everything below it. Invariant: it listens on the loopback address alone and writes
/// under the one folder it was given.
@NullMarked
package io.tidemark.local;

import org.jspecify.annotations.NullMarked;
