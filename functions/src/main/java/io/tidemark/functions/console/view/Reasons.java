package io.tidemark.functions.console.view;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Tells in a person's language why a retention keeps a snapshot or not.
public final class Reasons {
  private static final Pattern NEWEST = Pattern.compile("among the newest ([0-9]+)");
  private static final Pattern YOUNGER = Pattern.compile("younger than (P\\S+)");
  private static final Pattern PERIOD = Pattern.compile("([a-z]+) ([0-9]+) of ([0-9]+)");
  private static final Pattern STATE = Pattern.compile("is ([A-Z]+)");

  private Reasons() {}

  public static String told(View view, List<String> reasons) {
    return reasons.stream()
        .map(reason -> told(view, reason))
        .collect(Collectors.joining(view.t("reason.and")));
  }

  private static String told(View view, String reason) {
    Matcher newest = NEWEST.matcher(reason);
    if (newest.matches()) {
      return view.t("reason.among", newest.group(1));
    }
    Matcher younger = YOUNGER.matcher(reason);
    if (younger.matches()) {
      return view.t("reason.younger", view.texts().span(Duration.parse(younger.group(1))));
    }
    Matcher period = PERIOD.matcher(reason);
    if (period.matches()) {
      return view.t(
          "reason.period", view.t("rule." + period.group(1)), period.group(2), period.group(3));
    }
    Matcher state = STATE.matcher(reason);
    if (state.matches()) {
      return view.t("reason.is", view.t("state." + state.group(1)));
    }
    return view.texts().find("reason." + reason.replace(' ', '-')).orElse(reason);
  }
}
