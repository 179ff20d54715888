/// Who may call, and how often: tokens with roles, compared in constant time. May touch no request
/// but the values it is given. Invariant: no secret leaves this package; only hashes are kept.
@NullMarked
package io.tidemark.functions.access;

import org.jspecify.annotations.NullMarked;
