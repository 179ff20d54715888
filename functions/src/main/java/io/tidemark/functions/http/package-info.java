/// How failures look over HTTP: problems after RFC 9457. May touch the failures of use cases and
/// stores. Invariant: every answer that is no success is a problem, and none tells a stack trace or
/// a secret.
@NullMarked
package io.tidemark.functions.http;

import org.jspecify.annotations.NullMarked;
