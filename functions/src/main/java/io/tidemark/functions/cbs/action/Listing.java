package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.functions.http.Percent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// What every `Describe…` action with a list has: ids or filters, a window, an order.
///
/// @param ids empty for all
/// @param filters all of which have to fit
record Listing(
    Optional<List<String>> ids, List<Filter> filters, int offset, int limit, Order order) {
  static final String FILTERS = "Filters";
  static final String OFFSET = "Offset";
  static final String LIMIT = "Limit";
  static final String ORDER = "Order";
  static final String ORDER_FIELD = "OrderField";
  private static final int MOST = 100;
  private static final int USUAL = 20;
  private static final int MOST_FILTERS = 20;
  private static final int MOST_VALUES = 100;

  Listing {
    ids = ids.map(List::copyOf);
    filters = List.copyOf(filters);
  }

  /// @param values one of which has to fit
  record Filter(String name, List<String> values) {
    Filter {
      values = List.copyOf(values);
    }
  }

  /// By the time of creation.
  enum Order {
    ASCENDING,
    DESCENDING
  }

  /// @param ids the parameter that has them
  /// @param orderFields that may be named
  static Listing of(Arguments arguments, String ids, Set<String> orderFields) {
    Optional<List<String>> named = arguments.texts(ids, MOST).filter(list -> !list.isEmpty());
    List<Filter> filters =
        arguments
            .objects(FILTERS, MOST_FILTERS, Set.of("Name", "Values"))
            .orElse(List.of())
            .stream()
            .map(
                filter ->
                    new Filter(
                        filter.requiredText("Name"), filter.requiredTexts("Values", MOST_VALUES)))
            .toList();
    if (named.isPresent() && !filters.isEmpty()) {
      throw new CbsException(
          "InvalidParameterValue",
          "`" + ids + "` and `Filters` cannot be given together.",
          "`" + ids + "` 与 `Filters` 不能同时指定。");
    }
    Optional<String> _ = arguments.word(ORDER_FIELD, orderFields);
    Order order =
        arguments.word(ORDER, Set.of("ASC", "DESC")).filter("ASC"::equals).isPresent()
            ? Order.ASCENDING
            : Order.DESCENDING;
    return new Listing(
        named,
        filters,
        (int) arguments.number(OFFSET, 0, Integer.MAX_VALUE).orElse(0),
        (int) arguments.number(LIMIT, 1, MOST).orElse(USUAL),
        order);
  }

  /// The values of the filters of that name; empty where there is none.
  Optional<List<String>> values(String name) {
    return filters.stream()
        .filter(filter -> filter.name().equals(name))
        .map(Filter::values)
        .findFirst();
  }

  /// The same but for the filters of that name.
  Listing without(String name) {
    return new Listing(
        ids,
        filters.stream().filter(filter -> !filter.name().equals(name)).toList(),
        offset,
        limit,
        order);
  }

  /// Whether all filters fit.
  ///
  /// @param known what a thing is, by the name of a filter; empty for a name that is none
  <T> boolean takes(T thing, BiFunction<T, String, Optional<List<String>>> known) {
    for (Filter filter : filters) {
      List<String> has =
          known.apply(thing, filter.name()).orElseThrow(() -> unknown(filter.name()));
      if (filter.values().stream().noneMatch(value -> isIn(value, has))) {
        return false;
      }
    }
    return true;
  }

  /// Refuses filters that there are not, also where nothing is there to be filtered.
  void requireKnown(Set<String> names, String prefix) {
    for (Filter filter : filters) {
      boolean known =
          names.contains(filter.name()) || (!prefix.isEmpty() && filter.name().startsWith(prefix));
      if (!known) {
        throw unknown(filter.name());
      }
    }
  }

  /// The window of what is in ascending order, and how much there is.
  <T> Fields page(List<T> ascending, String set, Function<List<T>, List<Fields>> show) {
    List<T> ordered = new ArrayList<>(ascending);
    if (order == Order.DESCENDING) {
      Collections.reverse(ordered);
    }
    int from = Math.min(offset, ordered.size());
    int to = (int) Math.min((long) from + limit, ordered.size());
    return new Fields()
        .put("TotalCount", ordered.size())
        .putAll(set, show.apply(ordered.subList(from, to)));
  }

  private static boolean isIn(String value, List<String> has) {
    return has.stream()
        .anyMatch(
            one ->
                one.equals(value) || (isFlag(one) && one.equals(value.toUpperCase(Locale.ROOT))));
  }

  private static boolean isFlag(String text) {
    return text.equals("TRUE") || text.equals("FALSE");
  }

  private static CbsException unknown(String name) {
    return new CbsException(
        "InvalidFilter",
        "There is no filter `" + Percent.shown(name) + "` here.",
        "不支持过滤条件 `" + Percent.shown(name) + "`。");
  }
}
