package io.tidemark.agent.daemon.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.tidemark.agent.daemon.configuration.ConfigurationException.Fault;
import io.tidemark.agent.daemon.configuration.YamlNode.Mapping;
import io.tidemark.agent.daemon.configuration.YamlNode.Scalar;
import io.tidemark.agent.daemon.configuration.YamlNode.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Reads a YAML document with the lines that its parts stand on.
final class YamlCodec {
  private static final int MOST_DEPTH = 8;

  private final List<Fault> faults;

  /// @param faults takes what is wrong
  YamlCodec(List<Fault> faults) {
    this.faults = faults;
  }

  /// The document's mapping; an empty one where there is none.
  Mapping decode(String text) {
    Mapping nothing = new Mapping(1, new LinkedHashMap<>());
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return nothing;
      }
      YamlNode root = node(parser, first, 0);
      if (!(root instanceof Mapping mapping)) {
        faults.add(new Fault(root.line(), "wanted lines of the form NAME: VALUE"));
        return nothing;
      }
      if (parser.nextToken() != null) {
        faults.add(new Fault(line(parser), "a second document; wanted one"));
      }
      return mapping;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String message = e.getOriginalMessage();
      faults.add(new Fault(line, "not YAML: " + message.lines().findFirst().orElse("")));
      return nothing;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private YamlNode node(YAMLParser parser, JsonToken token, int depth) throws IOException {
    int line = line(parser);
    if (depth > MOST_DEPTH) {
      faults.add(new Fault(line, "nested too deep"));
      parser.skipChildren();
      return new Scalar(line, "");
    }
    if (token == JsonToken.START_OBJECT) {
      return mapping(parser, line, depth);
    }
    if (token == JsonToken.START_ARRAY) {
      return sequence(parser, line, depth);
    }
    return new Scalar(line, token == JsonToken.VALUE_NULL ? "" : parser.getText());
  }

  private Mapping mapping(YAMLParser parser, int line, int depth) throws IOException {
    SequencedMap<String, Mapping.Member> members = new LinkedHashMap<>();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String name = parser.currentName();
      int at = line(parser);
      YamlNode value = node(parser, parser.nextToken(), depth + 1);
      if (members.putIfAbsent(name, new Mapping.Member(at, value)) != null) {
        faults.add(new Fault(at, "'" + name + "' is given twice"));
      }
    }
    return new Mapping(line, members);
  }

  private Sequence sequence(YAMLParser parser, int line, int depth) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(parser, token, depth + 1));
    }
    return new Sequence(line, items);
  }

  private static int line(YAMLParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
