/// Who signed a request, by TC3-HMAC-SHA256. Pure but for the keys it looks up. Invariant: a
/// signature is compared in constant time, and no secret nor anything worked out from one is told.
@NullMarked
package io.tidemark.functions.cbs.signature;

import org.jspecify.annotations.NullMarked;
