package io.tidemark.functions.cbs.wire;

import io.tidemark.functions.http.Percent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The parameters of an action, read one by one; what does not fit is refused by its name.
public final class Arguments {
  private final String path;
  private final Map<String, Object> values;
  private final Form form;

  /// How a request writes them.
  public enum Form {
    /// Every value has its type.
    JSON,
    /// Every value is a text.
    FLAT
  }

  private Arguments(String path, Map<String, Object> values, Form form) {
    this.path = path;
    this.values = Map.copyOf(values);
    this.form = form;
  }

  /// @param values maps, lists, `String`, `Boolean` and numbers
  public static Arguments of(Map<String, Object> values, Form form) {
    return new Arguments("", values, form);
  }

  /// Refuses what is none of `known`.
  public void requireKnown(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        String shown = path + Percent.shown(name);
        throw new CbsException(
            "UnknownParameter",
            "The parameter `" + shown + "` is not known here.",
            "参数 `" + shown + "` 未定义。");
      }
    }
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Optional<String> text(String name) {
    return find(name).map(value -> text(name, value));
  }

  public String requiredText(String name) {
    return text(name).orElseThrow(() -> missing(name));
  }

  /// One of `allowed`.
  public Optional<String> word(String name, Set<String> allowed) {
    Optional<String> word = text(name);
    if (word.isPresent() && !allowed.contains(word.get())) {
      throw notOneOf(name, allowed);
    }
    return word;
  }

  /// A list of texts; empty when it is not given.
  public Optional<List<String>> texts(String name, int most) {
    return list(name, most)
        .map(
            list -> {
              List<String> texts = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                texts.add(text(name + "." + i, list.get(i)));
              }
              return List.copyOf(texts);
            });
  }

  /// A list of texts that has at least one.
  public List<String> requiredTexts(String name, int most) {
    List<String> texts = texts(name, most).orElseThrow(() -> missing(name));
    if (texts.isEmpty()) {
      throw missing(name);
    }
    return texts;
  }

  public OptionalLong number(String name, long lowest, long highest) {
    return find(name)
        .map(value -> OptionalLong.of(number(name, value, lowest, highest)))
        .orElse(OptionalLong.empty());
  }

  /// A list of whole numbers.
  public Optional<List<Long>> numbers(String name, int most, long lowest, long highest) {
    return list(name, most)
        .map(
            list -> {
              List<Long> numbers = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                numbers.add(number(name + "." + i, list.get(i), lowest, highest));
              }
              return List.copyOf(numbers);
            });
  }

  public Optional<Boolean> flag(String name) {
    return find(name)
        .map(
            value ->
                switch (value) {
                  case Boolean flag -> flag;
                  case String text when form == Form.FLAT && isFlag(text) ->
                      Boolean.valueOf(text.toLowerCase(Locale.ROOT));
                  default -> throw wrongType(name, "a boolean", "布尔值");
                });
  }

  /// An object inside.
  public Optional<Arguments> object(String name, Set<String> known) {
    return find(name).map(value -> object(name, value, known));
  }

  /// A list of objects; empty when it is not given.
  public Optional<List<Arguments>> objects(String name, int most, Set<String> known) {
    return list(name, most)
        .map(
            list -> {
              List<Arguments> objects = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                objects.add(object(name + "." + i, list.get(i), known));
              }
              return List.copyOf(objects);
            });
  }

  /// To be thrown when a parameter that has to be there is not.
  public CbsException missing(String name) {
    return new CbsException(
        "MissingParameter",
        "The request is missing the required parameter `" + path + name + "`.",
        "缺少必要参数 `" + path + name + "`。");
  }

  /// To be thrown when a value does not fit.
  ///
  /// @param english what is wrong with it: `is too long`
  public CbsException wrong(String name, String english, String chinese) {
    return new CbsException(
        "InvalidParameterValue",
        "The value of `" + path + name + "` " + english + ".",
        "参数 `" + path + name + "` 的取值" + chinese + "。");
  }

  /// To be thrown when a value is none of those that there are.
  public CbsException notOneOf(String name, Set<String> allowed) {
    String all = String.join(", ", allowed.stream().sorted().toList());
    return wrong(name, "is not one of " + all, "必须是以下之一：" + all);
  }

  private Optional<Object> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  private Optional<List<?>> list(String name, int most) {
    Optional<List<?>> list =
        find(name)
            .map(
                value ->
                    switch (value) {
                      case List<?> elements -> elements;
                      default -> throw wrongType(name, "a list", "数组");
                    });
    if (list.isPresent() && list.get().size() > most) {
      throw new CbsException(
          "InvalidParameterValue.LimitExceeded",
          "`"
              + path
              + name
              + "` has "
              + list.get().size()
              + " values; at most "
              + most
              + " may be.",
          "参数 `" + path + name + "` 有 " + list.get().size() + " 个值，最多允许 " + most + " 个。");
    }
    return list;
  }

  private String text(String name, Object value) {
    if (!(value instanceof String text)) {
      throw wrongType(name, "a string", "字符串");
    }
    // Half a character cannot be stored.
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw wrongType(name, "text", "有效文本");
    }
    return text;
  }

  private long number(String name, Object value, long lowest, long highest) {
    BigInteger number =
        switch (value) {
          case BigInteger whole -> whole;
          case String text when form == Form.FLAT && text.matches("-?[0-9]{1,20}") ->
              new BigInteger(text);
          default -> throw wrongType(name, "an integer", "整数");
        };
    if (number.compareTo(BigInteger.valueOf(lowest)) < 0
        || number.compareTo(BigInteger.valueOf(highest)) > 0) {
      throw wrong(
          name,
          "is not from " + lowest + " to " + highest,
          "不在 " + lowest + " 到 " + highest + " 之间");
    }
    return number.longValueExact();
  }

  @SuppressWarnings("unchecked") // The names of JSON members and of flat parameters are texts.
  private Arguments object(String name, Object value, Set<String> known) {
    if (!(value instanceof Map<?, ?> members)) {
      throw wrongType(name, "an object", "对象");
    }
    Arguments inner = new Arguments(path + name + ".", (Map<String, Object>) members, form);
    inner.requireKnown(known);
    return inner;
  }

  private CbsException wrongType(String name, String english, String chinese) {
    String shown = path + Percent.shown(name);
    return new CbsException(
        "InvalidParameter",
        "The parameter `" + shown + "` is not " + english + ".",
        "参数 `" + shown + "` 的类型错误，应为" + chinese + "。");
  }

  private static boolean isFlag(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }
}
