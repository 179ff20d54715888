/// What the templates of the console are given: texts, numbers and times in a person's language,
/// and the records that they show. May touch the documents of `function` and records of the
/// repository. Invariant: no text for people but those of the bundles, which say the same keys.
@NullMarked
package io.tidemark.functions.console.view;

import org.jspecify.annotations.NullMarked;
