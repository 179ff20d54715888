/// Where a snapshot's bytes come from: idle files, idle block devices, live ones on request, NBD
/// exports and disks of running QEMUs. May touch `agent.system`, `agent.nbd` and `agent.qemu`, and
/// nothing of the store. Invariant: a view that [VolumeView#confirm] vouches for showed the same
/// bytes from its instant until then, or says `LIVE`.
@NullMarked
package io.tidemark.agent.source;

import org.jspecify.annotations.NullMarked;
