/// Hosts, and the requests that wait for them. Touches the store and the repository's journal.
/// Invariant: a marker in an inbox is written after the event it points to and decides nothing; the
/// journal does.
@NullMarked
package io.tidemark.repository.host;

import org.jspecify.annotations.NullMarked;
