/// From a request to the function that answers it: routes, access, limits, media types, entity
/// tags, problems; and the HTTP server. May touch `function`, `http`, `access`, and `cbs` for what
/// is its. Invariant: whatever comes in gets an answer of an API, and nothing is called for nobody.
@NullMarked
package io.tidemark.functions.face;

import org.jspecify.annotations.NullMarked;
