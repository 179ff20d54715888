/// What a running QEMU, or a `qemu-storage-daemon`, is asked over its monitor (QMP): one instant of
/// its disks, readable beside the writers, and the account of what was written since another one.
/// May touch sockets and the scratch folder. Invariant: all that is added carries the volume's
/// prefix and is removed again, by whoever comes next if by nobody else.
@NullMarked
package io.tidemark.agent.qemu;

import org.jspecify.annotations.NullMarked;
