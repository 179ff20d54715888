/// How the CBS API speaks: what a request carries, the envelope of an answer, errors in two
/// languages. May touch requests and answers, nothing behind them. Invariant: what does not fit is
/// refused by name before anything is done, and every text is there in both languages.
@NullMarked
package io.tidemark.functions.cbs.wire;

import org.jspecify.annotations.NullMarked;
