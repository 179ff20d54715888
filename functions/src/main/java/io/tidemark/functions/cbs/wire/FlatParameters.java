package io.tidemark.functions.cbs.wire;

import io.tidemark.functions.http.Percent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Parameters as a query writes them: `Filters.0.Values.1=x`.
public final class FlatParameters {
  private static final int DEEPEST = 6;

  private FlatParameters() {}

  /// The same nested: maps, and lists for what is numbered from 0.
  ///
  /// @param parameters by their dotted names
  /// @throws CbsException when names contradict each other
  public static Map<String, Object> nested(Map<String, List<String>> parameters) {
    Map<String, Object> root = new LinkedHashMap<>();
    parameters.forEach((name, values) -> values.forEach(value -> put(root, name, value)));
    Map<String, Object> nested = new LinkedHashMap<>();
    root.forEach((name, value) -> nested.put(name, settled(name, value)));
    return nested;
  }

  @SuppressWarnings("unchecked") // Every map in it was put there by this very method.
  private static void put(Map<String, Object> root, String name, String value) {
    List<String> steps = List.of(name.split("\\.", -1));
    if (steps.size() > DEEPEST || steps.stream().anyMatch(String::isEmpty)) {
      throw malformed(name);
    }
    Map<String, Object> at = root;
    for (String step : steps.subList(0, steps.size() - 1)) {
      Object inner = at.computeIfAbsent(step, _ -> new LinkedHashMap<String, Object>());
      if (!(inner instanceof Map<?, ?>)) {
        throw malformed(name);
      }
      at = (Map<String, Object>) inner;
    }
    if (at.putIfAbsent(steps.getLast(), value) != null) {
      throw malformed(name);
    }
  }

  private static Object settled(String name, Object value) {
    if (!(value instanceof Map<?, ?> members)) {
      return value;
    }
    boolean numbered =
        members.keySet().stream().allMatch(key -> String.valueOf(key).matches("[0-9]{1,4}"));
    if (!numbered) {
      Map<String, Object> object = new LinkedHashMap<>();
      members.forEach(
          (key, inner) -> object.put(String.valueOf(key), settled(name + "." + key, inner)));
      return object;
    }
    TreeMap<Integer, Object> elements = new TreeMap<>();
    members.forEach(
        (key, inner) ->
            elements.put(Integer.valueOf(String.valueOf(key)), settled(name + "." + key, inner)));
    if (elements.lastKey() != members.size() - 1) {
      throw malformed(name);
    }
    return new ArrayList<>(elements.values());
  }

  private static CbsException malformed(String name) {
    String shown = Percent.shown(name);
    return new CbsException(
        "InvalidParameter",
        "The name `" + shown + "` is not one of dotted parameters numbered from 0.",
        "参数名 `" + shown + "` 无效，数组下标必须从 0 开始连续编号。");
  }
}
