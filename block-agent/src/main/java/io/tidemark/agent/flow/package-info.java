/// What the agent does with a volume: create, restore and verify a snapshot, each joining session,
/// source, pipeline, cache and targets. May touch all of them, and no terminal. Invariant: whatever
/// stops a flow, it ends what it began in the journal or says that it could not.
@NullMarked
package io.tidemark.agent.flow;

import org.jspecify.annotations.NullMarked;
