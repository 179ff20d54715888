package io.tidemark.agent.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON object that QEMU sent; what is not as it should be is said, never guessed.
record QmpObject(Map<String, Object> members) {
  @SuppressWarnings("unchecked") // Names of JSON objects are always texts.
  static QmpObject of(Object value) throws QemuException {
    if (value instanceof Map<?, ?> map) {
      return new QmpObject((Map<String, Object>) map);
    }
    throw QemuException.protocol("QEMU sent something else where an object should be");
  }

  static List<QmpObject> list(Object value) throws QemuException {
    if (!(value instanceof List<?> items)) {
      throw QemuException.protocol("QEMU sent something else where a list should be");
    }
    List<QmpObject> objects = new ArrayList<>();
    for (Object item : items) {
      objects.add(of(item));
    }
    return objects;
  }

  String text(String name) throws QemuException {
    return findText(name).orElseThrow(() -> missing(name));
  }

  Optional<String> findText(String name) {
    return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  long number(String name) throws QemuException {
    if (members.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw missing(name);
  }

  /// Whether a member is there and true.
  boolean is(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  QmpObject object(String name) throws QemuException {
    Object value = members.get(name);
    if (value == null) {
      throw missing(name);
    }
    return of(value);
  }

  /// An empty list where there is no such member.
  List<QmpObject> objects(String name) throws QemuException {
    Object value = members.get(name);
    return value == null ? List.of() : list(value);
  }

  private static QemuException missing(String name) {
    return QemuException.protocol("QEMU's answer lacks '" + name + "'");
  }
}
