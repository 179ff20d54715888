package io.tidemark.agent.command;

import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.ThisHost.SourceOpener;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.repository.store.Backoff;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// All that a command line touches besides the repository and the paths it names.
///
/// @param variables of the environment
/// @param out for results
/// @param err for everything else
/// @param terminal what `err` is
/// @param random drawn from only when something is written
/// @param backoff between attempts at a create whose answer got lost, and at a journal whose next
///   number another writer won
/// @param sources opens volumes
/// @param limits how much of this host one command may take
/// @param host this host's name
/// @param user who runs it
/// @param home the user's home folder
public record CommandEnvironment(
    Map<String, String> variables,
    PrintWriter out,
    PrintWriter err,
    Terminal terminal,
    StoreFactory stores,
    InstantSource clock,
    Supplier<RandomGenerator> random,
    Function<RandomGenerator, Backoff> backoff,
    Pulse pulse,
    SourceOpener sources,
    Limits limits,
    String host,
    String user,
    Path home) {
  /// Whether somebody watches standard error.
  public enum Terminal {
    WATCHED,
    NONE
  }

  public CommandEnvironment {
    variables = Map.copyOf(variables);
  }

  /// What this process has: for those who run command lines in it.
  public static CommandEnvironment ofThisProcess() {
    return ThisProcess.environment();
  }

  /// The same, with these variables in the place of all others.
  public CommandEnvironment withVariables(Map<String, String> others) {
    return new CommandEnvironment(
        others, out, err, terminal, stores, clock, random, backoff, pulse, sources, limits, host,
        user, home);
  }

  /// The same, with results going to `other`.
  public CommandEnvironment withOut(OutputStream other) {
    return new CommandEnvironment(
        variables,
        new Results(other),
        err,
        terminal,
        stores,
        clock,
        random,
        backoff,
        pulse,
        sources,
        limits,
        host,
        user,
        home);
  }

  /// The same, with everything else going to `other`.
  public CommandEnvironment withErr(PrintWriter other) {
    return new CommandEnvironment(
        variables, out, other, terminal, stores, clock, random, backoff, pulse, sources, limits,
        host, user, home);
  }

  /// The same, by another clock.
  public CommandEnvironment withClock(InstantSource other) {
    return new CommandEnvironment(
        variables, out, err, terminal, stores, other, random, backoff, pulse, sources, limits, host,
        user, home);
  }

  /// The same, with stores opened by `other`, and another wait for those that are away.
  public CommandEnvironment withStores(
      StoreFactory other, Function<RandomGenerator, Backoff> otherBackoff) {
    return new CommandEnvironment(
        variables,
        out,
        err,
        terminal,
        other,
        clock,
        random,
        otherBackoff,
        pulse,
        sources,
        limits,
        host,
        user,
        home);
  }
}
