package io.tidemark.agent.daemon.configuration;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be taken; says of each fault the file, the line, and what is allowed
/// there.
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /// One thing that is wrong.
  ///
  /// @param line from 1 on; 0 for the file as a whole
  public record Fault(int line, String what) {}

  ConfigurationException(Path file, List<Fault> faults) {
    super(
        faults.stream()
            .sorted(Comparator.comparingInt(Fault::line))
            .map(fault -> file + (fault.line() > 0 ? ":" + fault.line() : "") + ": " + fault.what())
            .collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  public List<Fault> faults() {
    return faults;
  }
}
