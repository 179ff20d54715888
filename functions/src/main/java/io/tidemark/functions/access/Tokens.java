package io.tidemark.functions.access;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tokens that are let in, and for whom each stands. Nobody else is.
public final class Tokens {
  private static final Pattern HEADER = Pattern.compile("(?i)bearer +(\\S{1,1024}) *");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int MOST = 1_000;

  private final SequencedMap<BearerToken, Caller> callers;

  private Tokens(Map<BearerToken, Caller> callers) {
    if (callers.size() > MOST) {
      throw new IllegalArgumentException("More than " + MOST + " tokens");
    }
    this.callers = new LinkedHashMap<>(callers);
  }

  public static Tokens of(Map<BearerToken, Caller> callers) {
    return new Tokens(callers);
  }

  /// One token for one caller.
  public static Tokens single(String token, Caller caller) {
    return new Tokens(Map.of(new BearerToken(token), caller));
  }

  /// These and those.
  public Tokens and(Tokens others) {
    Map<BearerToken, Caller> all = new LinkedHashMap<>(callers);
    all.putAll(others.callers);
    return new Tokens(all);
  }

  public boolean isEmpty() {
    return callers.isEmpty();
  }

  /// Reads a secrets file: a line is `ROLE NAME TOKEN`, where the token may be written as `sha256:`
  /// and the hexadecimal digits of its hash; empty lines and those that begin with `#` say nothing.
  ///
  /// @throws IllegalArgumentException naming the line, and never what is in it
  public static Tokens parse(String text) {
    Map<BearerToken, Caller> callers = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(BLANKS.split(line, -1));
      try {
        if (words.size() != 3) {
          throw new IllegalArgumentException(words.size() + " words (wanted ROLE NAME TOKEN)");
        }
        callers.put(
            BearerToken.parse(words.get(2)), new Caller(words.get(1), Role.parse(words.get(0))));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Line " + (i + 1) + " of the tokens: " + e.getMessage(), e);
      }
    }
    return new Tokens(callers);
  }

  /// For whom the value of an `Authorization` header stands. Takes the same time whichever token it
  /// is, or none.
  public Optional<Caller> find(Optional<String> authorization) {
    Optional<byte[]> shown =
        authorization
            .map(HEADER::matcher)
            .filter(Matcher::matches)
            .map(matcher -> BearerToken.hash(matcher.group(1)));
    return shown.flatMap(this::findByHash);
  }

  private Optional<Caller> findByHash(byte[] hash) {
    List<Caller> found = new ArrayList<>(1);
    callers.forEach(
        (token, caller) -> {
          if (token.hasHash(hash)) {
            found.add(caller);
          }
        });
    return found.stream().findFirst();
  }

  /// The hash, in hexadecimal, of a token that is let in.
  public Optional<String> hash(String token) {
    return find(Optional.of("Bearer " + token))
        .map(_ -> HexFormat.of().formatHex(BearerToken.hash(token)));
  }

  /// For whom the token with that hash stands, if it is still let in.
  public Optional<Caller> findByHash(String hash) {
    return findByHash(HexFormat.of().parseHex(hash));
  }

  @Override
  public String toString() {
    return "Tokens of " + callers.values();
  }
}
