/// Who may call, and how often: tokens and key pairs with roles. May touch no request but the
/// values it is given. Invariant: no secret leaves this package; of tokens only hashes are kept,
/// which are compared in constant time, and keys sign and do nothing else.
@NullMarked
package io.tidemark.functions.access;

import org.jspecify.annotations.NullMarked;
