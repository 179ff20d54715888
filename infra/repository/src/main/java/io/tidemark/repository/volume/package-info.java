/// Volumes as people see them: added under a name, listed, removed. May touch the repository's
/// journal and those of volumes. Invariant: a volume's own journal is there before its name is, and
/// closed before its name goes.
@NullMarked
package io.tidemark.repository.volume;

import org.jspecify.annotations.NullMarked;
