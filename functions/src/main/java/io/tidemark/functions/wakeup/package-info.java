/// Calls that wake agents up when something waits for them. May touch the network, and only where
/// an agent has registered that it listens. Invariant: nobody waits for a call, and none that fails
/// matters, for agents look into their inboxes all the same.
@NullMarked
package io.tidemark.functions.wakeup;

import org.jspecify.annotations.NullMarked;
