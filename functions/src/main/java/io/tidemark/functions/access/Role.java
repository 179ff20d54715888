package io.tidemark.functions.access;

import java.util.Locale;

/// What a caller may do.
public enum Role {
  /// Reads.
  READER,
  /// A host's agent over HTTP: reads. Its work goes through the bucket, by a key of its own.
  AGENT,
  /// Reads, makes, changes, deletes and restores snapshots.
  OPERATOR,
  /// Everything: policies, quotas and scheduled functions too.
  ADMINISTRATOR;

  /// Whether this role may do what `needed` is asked for.
  public boolean includes(Role needed) {
    return switch (needed) {
      case READER -> true;
      case AGENT -> this == AGENT || this == ADMINISTRATOR;
      case OPERATOR -> this == OPERATOR || this == ADMINISTRATOR;
      case ADMINISTRATOR -> this == ADMINISTRATOR;
    };
  }

  /// The written form, lower case.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for a text that is none
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "Not a role (wanted reader, agent, operator or administrator)");
  }
}
