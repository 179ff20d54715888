/// Stream sockets with deadlines, TCP and Unix alike. May touch the network and nothing else of
/// Tidemark. Invariant: no call waits longer than it was told, whatever the other side does, and an
/// interrupt of the thread shortens the wait instead of closing the socket under somebody else.
@NullMarked
package io.tidemark.agent.socket;

import org.jspecify.annotations.NullMarked;
