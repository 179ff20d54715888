package io.tidemark.agent.command;

import io.tidemark.repository.store.ObjectStore;
import java.util.Map;

/// Opens the store of a repository. What it opens sends nothing before it is asked something.
@FunctionalInterface
public interface StoreFactory {
  /// @param address as `s3://BUCKET/PREFIX`
  /// @param variables of the environment, command line options in place already
  /// @throws UsageException when the address or a variable is wrong
  ObjectStore open(String address, Map<String, String> variables);
}
