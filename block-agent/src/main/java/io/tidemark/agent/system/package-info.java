/// What the kernel tells and does that the JDK has no call for: leases, exclusive opens, device
/// sizes, holes, who holds a file. The only package that sees `java.lang.foreign`. Invariant: a
/// failed call is an IOException with call, path and errno; nothing is looked up before first use.
@NullMarked
package io.tidemark.agent.system;

import org.jspecify.annotations.NullMarked;
