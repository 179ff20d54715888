/// Who may call: a bearer token, compared in constant time before anything else is done. May touch
/// requests' headers only. Invariant: no answer but health's leaves without the token.
@NullMarked
package io.tidemark.functions.access;

import org.jspecify.annotations.NullMarked;
