package io.tidemark.functions.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decodes what is percent-encoded, and refuses what is not well-formed.
public final class Percent {
  private Percent() {}

  /// One segment of a path.
  public static String segment(String text) {
    return decode(text, '+', "the path");
  }

  /// The parameters of a query, each with its values in order.
  ///
  /// @param query without the question mark
  public static Map<String, List<String>> query(String query) {
    return parameters(query, "the query");
  }

  /// The fields of a form, each with its values in order.
  public static Map<String, List<String>> form(RawBody body) {
    return parameters(new String(body.bytes(), StandardCharsets.US_ASCII), "the form");
  }

  private static Map<String, List<String>> parameters(String query, String where) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), ' ', where);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), ' ', where);
      parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return parameters;
  }

  /// At most 80 characters of what a caller said, none a control character.
  public static String shown(String text) {
    return text.codePoints()
        .limit(80)
        .map(
            c ->
                Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                    ? '\uFFFD'
                    : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String decode(String text, char plus, String where) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw ProblemException.badRequest("There is a '%' without two digits in " + where);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c == '+') {
        bytes.write(plus);
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.badRequest("There is something that is not UTF-8 in " + where);
    }
  }
}
