package io.tidemark.repository.probe;

import io.tidemark.repository.store.BucketFacts.Versioning;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a probe found out about a store.
///
/// @param at by the store's clock
/// @param server what the store calls itself
public record Verdict(Instant at, String server, Versioning versioning, List<Finding> findings) {
  public Verdict {
    findings = List.copyOf(findings);
  }

  /// Why nothing may be written there, naming each fact that failed; empty when all hold.
  public Optional<String> refusal() {
    List<String> failed =
        findings.stream()
            .flatMap(
                finding ->
                    finding.failure().stream()
                        .map(failure -> sentence(finding.fact()) + ": " + failure))
            .toList();
    if (!failed.isEmpty()) {
      return Optional.of(
          "This store ("
              + server
              + ") cannot hold a repository safely. What is not so: "
              + String.join("; ", failed)
              + ". Use another store, or a newer version of this one.");
    }
    List<String> unknown =
        Arrays.stream(Fact.values())
            .filter(fact -> findings.stream().noneMatch(f -> f.fact().equals(fact.token())))
            .map(Fact::sentence)
            .toList();
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The last probe of this store did not look whether "
                + String.join("; ", unknown)
                + ". Run `tidemark repository probe` with rights to delete.");
  }

  /// What is not wrong but costs; empty when there is no such thing.
  public Optional<String> warning() {
    return switch (versioning) {
      case OFF, UNKNOWN -> Optional.empty();
      case ON, SUSPENDED ->
          Optional.of(
              "The bucket keeps old versions: what is deleted goes on costing until a lifecycle"
                  + " rule removes noncurrent versions and delete markers.");
    };
  }

  private static String sentence(String token) {
    return Arrays.stream(Fact.values())
        .filter(fact -> fact.token().equals(token))
        .map(Fact::sentence)
        .findAny()
        .orElse(token);
  }
}
