package io.tidemark.agent.daemon.configuration;

import java.util.List;
import java.util.SequencedMap;

/// A piece of a YAML document that knows its line, from 1 on.
sealed interface YamlNode {
  int line();

  /// Text, a number, true, false; empty for nothing.
  record Scalar(int line, String text) implements YamlNode {}

  record Sequence(int line, List<YamlNode> items) implements YamlNode {}

  record Mapping(int line, SequencedMap<String, Member> members) implements YamlNode {
    /// @param line of the name
    record Member(int line, YamlNode value) {}
  }
}
