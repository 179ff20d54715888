package io.tidemark.repository.simulation;

import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.store.decorated.StoreCall;

/// A store call that a process stands before.
///
/// @param key the prefix of a LIST; one key of a DELETE
record Call(StoreCall kind, String key) {
  boolean is(StoreCall wanted, String part) {
    return kind == wanted && key.contains(part);
  }

  @Override
  public String toString() {
    return kind + " " + shown(key);
  }

  /// `event 7`, `packs/4/0`: short, and numbers as people count.
  static String shown(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length < 4 || !parts[0].equals("volumes")) {
      return key;
    }
    if (parts[2].equals("journal")) {
      return parts[3].isEmpty() ? "journal" : "event " + ObjectKeys.ascending(parts[3]);
    }
    StringBuilder text = new StringBuilder(parts[2]);
    for (int part = 3; part < parts.length; part++) {
      text.append('/').append(parts[part].replaceFirst("^0+(?=.)", ""));
    }
    return text.toString();
  }
}
