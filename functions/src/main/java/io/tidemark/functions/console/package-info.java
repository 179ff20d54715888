/// The console: pages for people over the same functions that programs call. May touch `face`,
/// `function`, `http`, `access`, use cases and wired beans, never a key. Invariant: nothing is
/// remembered between two requests, and nothing changes but by a form that this session was given.
@NullMarked
package io.tidemark.functions.console;

import org.jspecify.annotations.NullMarked;
