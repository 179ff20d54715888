package io.tidemark.functions.console.view;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.function.ShownPolicy;
import io.tidemark.functions.function.ShownProgress;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.snapshot.ShownScan;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What every page is given.
///
/// @param caller empty before sign-in
/// @param formKey that every form carries
/// @param path of this page, for the link that leads back to it
/// @param now by this process's clock; informs people only
/// @param notice what was just done, the key of a text; "" for nothing
/// @param trash how long what is deleted can be brought back
/// @param assets the addresses of the files that pages load
public record View(
    Texts texts,
    Optional<Caller> caller,
    String formKey,
    String path,
    Instant now,
    String notice,
    Duration trash,
    Assets assets) {

  /// Addresses of files, which change with what is in them.
  public record Assets(String style, String script, String htmx, String icon) {}

  public String t(String key, Object... arguments) {
    return texts.text(key, arguments);
  }

  /// What was just done, in words.
  public String told() {
    return t("done." + notice, texts.window(trash));
  }

  public String lang() {
    return texts.language().tag();
  }

  public List<Language> languages() {
    return List.of(Language.values());
  }

  /// Whether the caller may change snapshots.
  public boolean operates() {
    return caller.filter(one -> one.role().includes(Role.OPERATOR)).isPresent();
  }

  /// Whether the caller may change policies and quotas.
  public boolean administers() {
    return caller.filter(one -> one.role().includes(Role.ADMINISTRATOR)).isPresent();
  }

  public String size(long bytes) {
    return texts.size(bytes);
  }

  /// A size that may not be known.
  public String size(Optional<Long> bytes) {
    return bytes.map(texts::size).orElse(none());
  }

  public String number(long number) {
    return texts.number(number);
  }

  public String time(Instant at) {
    return texts.time(at);
  }

  public String time(Optional<Instant> at) {
    return at.map(texts::time).orElse(none());
  }

  /// Stands where nothing is known.
  public String none() {
    return "–";
  }

  /// When a snapshot goes: the time that is left, or that it stays.
  public String expiry(Optional<Instant> expires) {
    return expires
        .map(
            at ->
                at.isAfter(now)
                    ? t("expiry.in", texts.span(Duration.between(now, at)))
                    : t("expiry.due"))
        .orElseGet(() -> t("expiry.never"));
  }

  public String seconds(BigDecimal seconds) {
    return t(
        "span.exact", NumberFormat.getNumberInstance(texts.language().locale()).format(seconds));
  }

  /// How long it will take to read the rest, going by what was read since the request.
  public String left(Instant begun, ShownProgress progress) {
    long restBytes = progress.totalBytes() - progress.readBytes();
    if (progress.readBytes() <= 0 || restBytes < 0) {
      return "";
    }
    double passed = Duration.between(begun, progress.at()).toMillis();
    return t(
        "progress.left",
        texts.span(Duration.ofMillis(Math.round(passed * restBytes / progress.readBytes()))));
  }

  /// How what had changed was found out.
  public String scan(ShownScan scan) {
    return t("scan." + scan.kind(), number(scan.sampledChunks().orElse(0L)));
  }

  /// When some of a snapshot was read back last, and what was found.
  public String verified(Optional<Verification> verification) {
    return verification
        .map(
            one ->
                one.damaged() > 0
                    ? t("verified.bad", time(one.at()), number(one.damaged()))
                    : t("verified.good", time(one.at()), number(one.chunks()), size(one.bytes())))
        .orElseGet(() -> t("verified.never"));
  }

  /// How a restore ended.
  public String outcome(Optional<String> outcome) {
    return outcome
        .flatMap(text -> texts.find("outcome." + text.split(":", 2)[0]))
        .orElseGet(() -> t("outcome.unknown"));
  }

  /// What its host said of it, in English; "" for nothing.
  public String outcomeDetail(Optional<String> outcome) {
    return outcome
        .filter(text -> text.contains(": "))
        .map(text -> text.substring(text.indexOf(": ") + 2))
        .orElse("");
  }

  /// The rules of a retention in a few words.
  public String retention(ShownPolicy.ShownRetention retention) {
    List<String> rules = new ArrayList<>();
    add(rules, "count", retention.count());
    retention
        .age()
        .ifPresent(age -> rules.add(t("rule.days") + " " + texts.span(Duration.parse(age))));
    add(rules, "hourly", retention.hourly());
    add(rules, "daily", retention.daily());
    add(rules, "weekly", retention.weekly());
    add(rules, "monthly", retention.monthly());
    add(rules, "yearly", retention.yearly());
    return rules.isEmpty() ? t("policy.keeps-all") : String.join(" · ", rules);
  }

  private void add(List<String> rules, String rule, int count) {
    if (count > 0) {
      rules.add(t("rule." + rule) + " " + number(count));
    }
  }

  /// Which entry of the navigation this page is under.
  public boolean isUnder(String section) {
    return path.startsWith(section);
  }
}
