package io.tidemark.functions.wiring;

import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.SessionKey;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsSettings;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.store.s3.ReadPatience;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a process that serves functions is told by its environment.
///
/// @param variables `TIDEMARK_REPOSITORY` and those of the S3 client; `TIDEMARK_TOKENS_FILE` names
///   a file of tokens, `TIDEMARK_TOKENS` holds what such a file would; `TIDEMARK_LISTEN` is
///   HOST:PORT, the loopback address and 8080 when not given; `TIDEMARK_RATE` the requests a second
///   of each caller, 500 when not given; `TIDEMARK_TRASH_WINDOW` how long what is deleted can be
///   brought back, 24h when not given; `TIDEMARK_ACTOR` is named in the journal for what the
///   functions do by themselves; `TIDEMARK_CONSOLE_KEY`, a secret of 32 characters or more, lets
///   several processes know each other's sessions of the console; `TIDEMARK_CBS_TIME_ZONE` is the
///   zone of the CBS API's times and policies, `Asia/Shanghai` when not given; `TIDEMARK_CBS_HOSTS`
///   are further hosts, by commas, under which its clients may sign
public record ServiceSettings(Map<String, String> variables) {
  private static final Pattern LISTEN = Pattern.compile("(.+):([0-9]{1,5})");
  private static final String DEFAULT_LISTEN = FunctionsServer.Settings.LOOPBACK + ":8080";

  /// Shorter than the agent's: who waits for an answer over HTTP gives up sooner.
  static final ReadPatience PATIENCE =
      new ReadPatience(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(15));

  private static final long DEFAULT_RATE = 500;
  private static final long LARGEST_TOKENS_FILE = 1 << 20;
  private static final int HIGHEST_PORT = 65_535;

  public ServiceSettings {
    variables = Map.copyOf(variables);
  }

  /// Prints no secret.
  @Override
  public String toString() {
    return "ServiceSettings[…]";
  }

  /// Opens the store, which is the caller's to close.
  ///
  /// @throws IllegalArgumentException saying which variable is wrong, never with a secret
  public S3ObjectStore openStore() {
    String address = value("TIDEMARK_REPOSITORY", "");
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "Which repository? Set TIDEMARK_REPOSITORY=s3://BUCKET/PREFIX");
    }
    return S3ObjectStore.open(
        S3Settings.fromEnvironment(S3Location.parse(address), variables).withPatience(PATIENCE));
  }

  /// Everybody who is let in.
  ///
  /// @throws IllegalArgumentException naming the line at fault, never what is in it
  public Tokens tokens() throws IOException {
    // Where a variable has one line only, semicolons end those of the tokens.
    Tokens tokens = Tokens.parse(value("TIDEMARK_TOKENS", "").replace(';', '\n'));
    String file = value("TIDEMARK_TOKENS_FILE", "");
    if (file.isEmpty()) {
      return tokens;
    }
    Path path = Path.of(file);
    if (Files.size(path) > LARGEST_TOKENS_FILE) {
      throw new IllegalArgumentException(
          "The file of tokens, " + path + ", has more than " + LARGEST_TOKENS_FILE + " bytes");
    }
    return tokens.and(Tokens.parse(Files.readString(path)));
  }

  /// What the functions are put together from, with this machine's clock and chance.
  ///
  /// @param tokens that are let in
  public FunctionsContext.Parts parts(Tokens tokens) {
    return new FunctionsContext.Parts(
        tokens,
        rate(),
        actor(),
        cbs(),
        InstantSource.system(),
        new SecureRandom(),
        TrashWindow.of(variables));
  }

  /// What a server is started with.
  ///
  /// @param tokens that are let in
  public FunctionsServer.Settings server(Tokens tokens) {
    Matcher listen = LISTEN.matcher(value("TIDEMARK_LISTEN", DEFAULT_LISTEN));
    if (!listen.matches() || Integer.parseInt(listen.group(2)) > HIGHEST_PORT) {
      throw new IllegalArgumentException("TIDEMARK_LISTEN is not HOST:PORT");
    }
    return new FunctionsServer.Settings(
        listen.group(1),
        Integer.parseInt(listen.group(2)),
        tokens,
        actor(),
        rate(),
        cbs(),
        InstantSource.system(),
        new SecureRandom(),
        TrashWindow.of(variables),
        sessions());
  }

  private SessionKey sessions() {
    String text = value("TIDEMARK_CONSOLE_KEY", "");
    try {
      return text.isEmpty() ? SessionKey.draw(new SecureRandom()) : SessionKey.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("TIDEMARK_CONSOLE_KEY: " + e.getMessage(), e);
    }
  }

  private CbsSettings cbs() {
    String zone = value("TIDEMARK_CBS_TIME_ZONE", CbsSettings.USUAL.timeZone().getId());
    List<String> hosts =
        Stream.of(value("TIDEMARK_CBS_HOSTS", "").split(",", -1))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .toList();
    try {
      return new CbsSettings(ZoneId.of(zone), hosts);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "TIDEMARK_CBS_TIME_ZONE is not a time zone like Asia/Shanghai or UTC", e);
    }
  }

  private String actor() {
    return value("TIDEMARK_ACTOR", "functions");
  }

  private RateLimit rate() {
    String text = value("TIDEMARK_RATE", Long.toString(DEFAULT_RATE));
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "TIDEMARK_RATE is not a number of requests a second, 1 or more");
    }
    long perSecond = Long.parseLong(text);
    return new RateLimit(perSecond, 2 * perSecond, System::nanoTime);
  }

  private String value(String name, String otherwise) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }
}
