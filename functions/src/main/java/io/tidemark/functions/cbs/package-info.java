/// The CBS API v2017-03-12 as its official SDKs speak it: one address, routed by `X-TC-Action`. May
/// touch signatures, actions and what they are made of. Invariant: every answer has the status 200,
/// the envelope and an id, whatever went wrong.
@NullMarked
package io.tidemark.functions.cbs;

import org.jspecify.annotations.NullMarked;
