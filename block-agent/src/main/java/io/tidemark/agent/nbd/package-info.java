/// A client of network block devices: fixed newstyle negotiation, structured and simple replies,
/// block status, TLS. May touch sockets and nothing else of Tidemark. Invariant: no length, offset
/// or type that a server sends is used before it was checked, and a server that lies, stalls or
/// drops ends in an [io.tidemark.agent.nbd.NbdException].
@NullMarked
package io.tidemark.agent.nbd;

import org.jspecify.annotations.NullMarked;
