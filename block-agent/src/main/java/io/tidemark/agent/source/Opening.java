package io.tidemark.agent.source;

import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.repository.key.VolumeId;
import java.nio.file.Path;
import java.util.function.Consumer;

/// What is to be opened for one snapshot.
///
/// @param folder in which this host remembers things of the volume; it exists
/// @param stillness in which the instant is to be taken
/// @param warnings is told what goes wrong without harm to the snapshot
public record Opening(
    SourceAddress address,
    LiveConsent consent,
    VolumeId volume,
    Path folder,
    Stillness stillness,
    Consumer<String> warnings) {}
