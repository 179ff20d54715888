package io.tidemark.agent.daemon.configuration;

import io.tidemark.agent.daemon.configuration.ConfigurationException.Fault;
import io.tidemark.agent.daemon.configuration.YamlNode.Mapping;
import io.tidemark.agent.daemon.configuration.YamlNode.Scalar;
import io.tidemark.agent.daemon.configuration.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// Takes the members of one mapping out, noting what is wrong instead of stopping at it.
final class MappingReader {
  private final Mapping mapping;
  private final List<Fault> faults;

  /// @param place for messages, such as `limits`; empty for the whole file
  /// @param known all names there are; each other one is a fault
  MappingReader(Mapping mapping, String place, List<String> known, List<Fault> faults) {
    this.mapping = mapping;
    this.faults = faults;
    mapping
        .members()
        .forEach(
            (name, member) -> {
              if (!known.contains(name)) {
                faults.add(new Fault(member.line(), unknown(name, place, known)));
              }
            });
  }

  private static String unknown(String name, String place, List<String> known) {
    String where = place.isEmpty() ? "" : " in " + place;
    return "there is no setting '"
        + name
        + "'"
        + where
        + NearestName.of(name, known).map(nearest -> "; is '" + nearest + "' meant?").orElse(".")
        + " Known"
        + where
        + ": "
        + String.join(", ", known);
  }

  /// Whether a setting is there, whatever it says.
  boolean has(String name) {
    return mapping.members().containsKey(name);
  }

  int line() {
    return mapping.line();
  }

  /// The value of a setting, converted.
  ///
  /// @param convert throws [IllegalArgumentException], with what is allowed, for what is not
  <T> Optional<T> find(String name, Function<String, T> convert) {
    Mapping.Member member = mapping.members().get(name);
    if (member == null) {
      return Optional.empty();
    }
    if (!(member.value() instanceof Scalar scalar)) {
      faults.add(new Fault(member.line(), "'" + name + "' has more than one value; wanted one"));
      return Optional.empty();
    }
    return convert(member.line(), name, scalar.text(), convert);
  }

  /// The same, for what must be there.
  <T> Optional<T> require(String name, Function<String, T> convert) {
    if (!mapping.members().containsKey(name)) {
      faults.add(new Fault(mapping.line(), "'" + name + "' is missing"));
    }
    return find(name, convert);
  }

  private <T> Optional<T> convert(int line, String name, String text, Function<String, T> convert) {
    if (text.isEmpty()) {
      faults.add(new Fault(line, "'" + name + "' has no value; give one, or leave the line out"));
      return Optional.empty();
    }
    try {
      return Optional.of(convert.apply(text));
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(line, "'" + name + "': " + e.getMessage()));
      return Optional.empty();
    }
  }

  /// A mapping under a name; an empty one where there is none.
  Mapping mapping(String name) {
    Mapping.Member member = mapping.members().get(name);
    if (member == null) {
      return new Mapping(mapping.line(), new LinkedHashMap<>());
    }
    return switch (member.value()) {
      case Mapping found -> found;
      case YamlNode.Scalar scalar when scalar.text().isEmpty() ->
          new Mapping(member.line(), new LinkedHashMap<>());
      case YamlNode.Scalar _, YamlNode.Sequence _ -> {
        faults.add(
            new Fault(member.line(), "'" + name + "' wants lines of the form NAME: VALUE below"));
        yield new Mapping(member.line(), new LinkedHashMap<>());
      }
    };
  }

  /// The names and values under a name.
  <T> SequencedMap<String, T> entries(String name, Function<String, T> convert) {
    SequencedMap<String, T> entries = new LinkedHashMap<>();
    Mapping found = mapping(name);
    found
        .members()
        .forEach(
            (key, member) -> {
              if (member.value() instanceof Scalar scalar) {
                convert(member.line(), name + "." + key, scalar.text(), convert)
                    .ifPresent(value -> entries.put(key, value));
              } else {
                faults.add(
                    new Fault(member.line(), "'" + key + "' in " + name + " wants one value"));
              }
            });
    return entries;
  }

  /// The values listed under a name, converted; empty where there is no such name.
  <T> Optional<List<T>> values(String name, Function<String, T> convert) {
    Mapping.Member member = mapping.members().get(name);
    if (member == null) {
      return Optional.empty();
    }
    List<T> values = new ArrayList<>();
    if (!(member.value() instanceof Sequence sequence)) {
      faults.add(new Fault(member.line(), "'" + name + "' wants a list, each item after a '-'"));
      return Optional.of(values);
    }
    for (YamlNode item : sequence.items()) {
      if (item instanceof Scalar scalar) {
        convert(item.line(), name, scalar.text(), convert).ifPresent(values::add);
      } else {
        faults.add(new Fault(item.line(), "an item of '" + name + "' wants one value"));
      }
    }
    return Optional.of(values);
  }

  /// The mappings listed under a name.
  List<Mapping> list(String name) {
    Mapping.Member member = mapping.members().get(name);
    if (member == null || (member.value() instanceof Scalar empty && empty.text().isEmpty())) {
      return List.of();
    }
    if (!(member.value() instanceof Sequence sequence)) {
      faults.add(new Fault(member.line(), "'" + name + "' wants a list, each item after a '-'"));
      return List.of();
    }
    return sequence.items().stream()
        .filter(
            item -> {
              if (!(item instanceof Mapping)) {
                faults.add(
                    new Fault(item.line(), "an item of '" + name + "' wants NAME: VALUE lines"));
              }
              return item instanceof Mapping;
            })
        .map(Mapping.class::cast)
        .toList();
  }
}
