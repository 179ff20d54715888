package io.tidemark.agent.source;

import io.tidemark.repository.key.VolumeId;
import java.nio.file.Path;
import java.util.function.Consumer;

/// What is to be opened for one snapshot.
///
/// @param folder in which this host remembers things of the volume; it exists
/// @param warnings is told what goes wrong without harm to the snapshot
public record Opening(
    SourceAddress address,
    LiveConsent consent,
    VolumeId volume,
    Path folder,
    Consumer<String> warnings) {}
