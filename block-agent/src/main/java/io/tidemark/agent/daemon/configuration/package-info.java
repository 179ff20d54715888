/// What an agent is told by its configuration file. Touches that file and the file of secrets.
/// Invariant: a configuration is taken whole or refused whole, every fault with its line.
@NullMarked
package io.tidemark.agent.daemon.configuration;

import org.jspecify.annotations.NullMarked;
