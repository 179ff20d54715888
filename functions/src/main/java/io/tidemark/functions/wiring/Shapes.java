package io.tidemark.functions.wiring;

import io.micronaut.serde.annotation.SerdeImport;
import io.tidemark.repository.snapshot.ShownScan;
import io.tidemark.repository.snapshot.ShownSnapshot;

/// Makes records of the repository module, which knows nothing of Micronaut, readable as JSON.
@SerdeImport(ShownScan.class)
@SerdeImport(ShownSnapshot.class)
@SerdeImport(ShownSnapshot.ShownHold.class)
interface Shapes {}
