package io.tidemark.functions.function;

import io.tidemark.functions.http.Parameters;
import io.tidemark.functions.http.ProblemException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads the parameters `tag`, each `KEY=VALUE`: a thing has to have all of them.
final class TagFilter {
  private static final String TAG = "tag";
  private static final int MOST = 20;

  private TagFilter() {}

  static SortedMap<String, String> of(Parameters query) {
    if (query.texts(TAG).size() > MOST) {
      throw ProblemException.field(TAG, "'tag' is given more than " + MOST + " times");
    }
    SortedMap<String, String> tags = new TreeMap<>();
    for (Map.Entry<String, String> tag : query.values(TAG, TagFilter::parse)) {
      String other = tags.put(tag.getKey(), tag.getValue());
      if (other != null && !other.equals(tag.getValue())) {
        throw ProblemException.field(
            TAG, "'tag' names one key with two values, and nothing has both");
      }
    }
    return tags;
  }

  /// @throws IllegalArgumentException when it has no key
  private static Map.Entry<String, String> parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'tag' is not KEY=VALUE");
    }
    return Map.entry(text.substring(0, equals), text.substring(equals + 1));
  }
}
