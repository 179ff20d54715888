/// Steps that hold writers still, and the watchdog, a process of its own that ends them when this
/// one cannot. Touches file systems, sockets and programs of this host, nothing of the store.
/// Invariant: whatever a step holds, the watchdog was told before how to end it.
@NullMarked
package io.tidemark.agent.quiesce.holding;

import org.jspecify.annotations.NullMarked;
