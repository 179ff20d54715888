/// The `tidemark` command, one class a verb: arguments in, text or one JSON document and an exit
/// status out. May touch everything else in the agent. Invariant: bad input changes nothing, and
/// standard output holds results only.
@NullMarked
package io.tidemark.agent.command;

import org.jspecify.annotations.NullMarked;
