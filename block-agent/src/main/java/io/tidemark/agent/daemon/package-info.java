/// The agent as a daemon: takes requests from its inbox and carries them out. Touches the
/// repository, the host's volumes and pools, a loopback port. Invariant: the journal alone says
/// what waits and how it stands; what is kept here is lost without harm.
@NullMarked
package io.tidemark.agent.daemon;

import org.jspecify.annotations.NullMarked;
