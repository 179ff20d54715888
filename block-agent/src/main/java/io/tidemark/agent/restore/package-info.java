/// From a snapshot to a target: new file, block device, in place, standard output. May touch
/// `agent.system` and the repository's readers. Invariant: a target that is not finished is left as
/// it was, or, where that cannot be, the error says what it holds now.
@NullMarked
package io.tidemark.agent.restore;

import org.jspecify.annotations.NullMarked;
