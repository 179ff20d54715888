package io.tidemark.repository.format;

/// Members that a newer Tidemark wrote and this one does not know, kept as they are; canonical JSON
/// text of an object, "" when there are none.
public record More(String json) {
  public static final More NONE = new More("");

  public boolean isEmpty() {
    return json.isEmpty();
  }
}
