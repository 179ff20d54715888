/// What functions take and give over HTTP: parameters, bodies, entity tags, problems after RFC
/// 9457. May touch the failures of use cases and stores. Invariant: what is not understood is
/// refused with the field at fault; no answer tells a stack trace or a secret.
@NullMarked
package io.tidemark.functions.http;

import org.jspecify.annotations.NullMarked;
