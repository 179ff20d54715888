package io.tidemark.agent.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/// The version, from the manifest of the jar that this class is in.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"tidemark " + (version == null ? "(unpackaged)" : version)};
  }
}
