/// Where a snapshot's bytes come from: idle files, idle block devices, and live ones on request.
/// May touch `agent.system` and nothing of the store. Invariant: a view that [VolumeView#confirm]
/// vouches for showed the same bytes from its instant until then, or says `LIVE`.
@NullMarked
package io.tidemark.agent.source;

import org.jspecify.annotations.NullMarked;
