package io.tidemark.functions.access;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tokens and key pairs that are let in, and for whom each stands. Nobody else is.
public final class Tokens {
  private static final Pattern HEADER = Pattern.compile("(?i)bearer +(\\S{1,1024}) *");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int MOST = 1_000;

  /// What keys sign so that a session knows them again, and what parts that from a key's id.
  private static final String MARK = "tidemark console 1";

  private static final String KEY = ":";
  private static final String OWN = ". Give each their own.";

  private final SequencedMap<BearerToken, Caller> callers;
  private final SequencedMap<String, KeyHolder> keys;

  private Tokens(Map<BearerToken, Caller> callers, Map<String, KeyHolder> keys) {
    if (callers.size() + keys.size() > MOST) {
      throw new IllegalArgumentException("More than " + MOST + " tokens and keys");
    }
    this.callers = new LinkedHashMap<>(callers);
    this.keys = new LinkedHashMap<>(keys);
  }

  public static Tokens of(Map<BearerToken, Caller> callers) {
    return new Tokens(callers, Map.of());
  }

  /// One token for one caller.
  public static Tokens single(String token, Caller caller) {
    return new Tokens(Map.of(new BearerToken(token), caller), Map.of());
  }

  /// One key pair.
  public static Tokens single(KeyHolder holder) {
    return new Tokens(Map.of(), Map.of(holder.secretId(), holder));
  }

  /// These and those.
  ///
  /// @throws IllegalArgumentException naming two callers who have the same token or key, and not
  ///   what they have
  public Tokens and(Tokens others) {
    others.callers.forEach((token, caller) -> requireUnshared(callers, token, caller));
    others.keys.forEach(
        (id, holder) -> {
          KeyHolder other = keys.get(id);
          if (other != null) {
            throw new IllegalArgumentException(
                both(other.caller(), holder.caller()) + " have the same id of a key" + OWN);
          }
        });
    Map<BearerToken, Caller> all = new LinkedHashMap<>(callers);
    all.putAll(others.callers);
    Map<String, KeyHolder> allKeys = new LinkedHashMap<>(keys);
    allKeys.putAll(others.keys);
    return new Tokens(all, allKeys);
  }

  public boolean isEmpty() {
    return callers.isEmpty() && keys.isEmpty();
  }

  /// A token stands for one caller: whose it is otherwise would depend on the order of the lines.
  private static void requireUnshared(
      Map<BearerToken, Caller> callers, BearerToken token, Caller caller) {
    callers.forEach(
        (other, holder) -> {
          if (other.isSame(token)) {
            throw new IllegalArgumentException(both(holder, caller) + " have the same token" + OWN);
          }
        });
  }

  private static String both(Caller one, Caller other) {
    return "The "
        + one.role().text()
        + " '"
        + one.name()
        + "' and the "
        + other.role().text()
        + " '"
        + other.name()
        + "'";
  }

  /// Reads a secrets file: a line is `ROLE NAME TOKEN`, where the token may be written as `sha256:`
  /// and the hexadecimal digits of its hash, or `ROLE NAME SECRET_ID SECRET_KEY`, a pair that signs
  /// requests of the CBS API; empty lines and those that begin with `#` say nothing.
  ///
  /// @throws IllegalArgumentException naming the line, and never what is in it
  public static Tokens parse(String text) {
    Map<BearerToken, Caller> callers = new LinkedHashMap<>();
    Map<String, KeyHolder> keys = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(BLANKS.split(line, -1));
      try {
        if (words.size() != 3 && words.size() != 4) {
          throw new IllegalArgumentException(
              words.size() + " words (wanted ROLE NAME TOKEN, or ROLE NAME SECRET_ID SECRET_KEY)");
        }
        Caller caller = new Caller(words.get(1), Role.parse(words.get(0)));
        if (words.size() == 3) {
          BearerToken token = BearerToken.parse(words.get(2));
          requireUnshared(callers, token, caller);
          callers.put(token, caller);
        } else {
          KeyHolder holder = new KeyHolder(words.get(2), SigningKey.parse(words.get(3)), caller);
          if (keys.put(holder.secretId(), holder) != null) {
            throw new IllegalArgumentException("the id of its key is on an earlier line too");
          }
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Line " + (i + 1) + " of the tokens: " + e.getMessage(), e);
      }
    }
    return new Tokens(callers, keys);
  }

  /// Who signs with the key of that id.
  public Optional<KeyHolder> holder(String secretId) {
    return Optional.ofNullable(keys.get(secretId));
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

  /// What a session remembers of a token that is let in, or of a key pair: `SECRET_ID SECRET_KEY`.
  /// It says neither.
  public Optional<String> mark(String shown) {
    List<String> words = List.of(BLANKS.split(shown.strip(), -1));
    if (words.size() == 2) {
      return holder(words.getFirst())
          .filter(holder -> isKey(holder, words.getLast()))
          .map(Tokens::keyMark);
    }
    return find(Optional.of("Bearer " + shown))
        .map(_ -> HexFormat.of().formatHex(BearerToken.hash(shown)));
  }

  private static boolean isKey(KeyHolder holder, String secretKey) {
    try {
      return MessageDigest.isEqual(
          holder.key().sign("", List.of(), MARK),
          new SigningKey(secretKey).sign("", List.of(), MARK));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String keyMark(KeyHolder holder) {
    return holder.secretId()
        + KEY
        + HexFormat.of().formatHex(holder.key().sign("", List.of(), MARK));
  }

  /// For whom the token or key pair with that mark stands, if it is still let in.
  public Optional<Caller> findByMark(String mark) {
    int key = mark.indexOf(KEY);
    return key < 0
        ? findByHash(HexFormat.of().parseHex(mark))
        : holder(mark.substring(0, key))
            .filter(holder -> keyMark(holder).equals(mark))
            .map(KeyHolder::caller);
  }

  @Override
  public String toString() {
    return "Tokens of "
        + callers.values()
        + ", keys of "
        + keys.values().stream().map(KeyHolder::caller).toList();
  }
}
