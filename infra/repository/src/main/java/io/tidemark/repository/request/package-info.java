/// Idempotent requests: what was asked for under which key. Touches the store alone. Invariant: a
/// key means one request for ever, and leads whoever repeats it to the same snapshot or volume.
@NullMarked
package io.tidemark.repository.request;

import org.jspecify.annotations.NullMarked;
