/// The actions of the CBS API v2017-03-12, each a thin face over the use cases that the native API
/// has too. May touch use cases and what requests and answers are made of. Invariant: what a
/// self-hosted system cannot mean is refused as `UnsupportedOperation`, never ignored.
@NullMarked
package io.tidemark.functions.cbs.action;

import org.jspecify.annotations.NullMarked;
