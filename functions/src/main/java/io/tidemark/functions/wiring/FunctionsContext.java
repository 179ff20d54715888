package io.tidemark.functions.wiring;

import io.micronaut.context.ApplicationContext;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsSettings;
import io.tidemark.functions.face.Dispatcher;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.functions.function.Report;
import io.tidemark.functions.function.ScheduledFunctions;
import io.tidemark.functions.wakeup.WakeUpCalls;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.SettledCreate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/// All functions, put together over one store, without a server; until closed.
public final class FunctionsContext implements AutoCloseable {
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /// Shorter than the command's: who waits for an answer over HTTP gives up sooner.
  private static final Duration SETTLE_WITHIN = Duration.ofSeconds(20);

  private final ApplicationContext context;
  private final WakeUpCalls calls;

  private FunctionsContext(ApplicationContext context, WakeUpCalls calls) {
    this.context = context;
    this.calls = calls;
  }

  /// What the functions are put together from.
  ///
  /// @param tokens that are let in
  /// @param rate of requests that each caller may make
  /// @param actor named in the journal for what the functions do by themselves
  /// @param clock informs people, and tells when a signature is too old
  /// @param random for ids
  /// @param trash how long collections leave what is deleted in the trash
  public record Parts(
      Tokens tokens,
      RateLimit rate,
      String actor,
      CbsSettings cbs,
      InstantSource clock,
      RandomGenerator random,
      TrashWindow trash) {}

  /// @param store stays the caller's to close; its repository need not be there yet
  public static FunctionsContext start(Parts parts, ObjectStore store) {
    return start(parts, store, Map.of());
  }

  static FunctionsContext start(
      Parts parts, ObjectStore store, Map<String, Object> serverProperties) {
    Map<String, Object> properties = new HashMap<>(serverProperties);
    properties.put("micronaut.application.name", "tidemark-functions");
    // Every answer of a kind has the same members.
    properties.put("micronaut.serde.serialization.inclusion", "ALWAYS");
    ApplicationContext context =
        ApplicationContext.builder()
            .banner(false)
            // Nothing here depends on the surroundings, and looking at them costs start-up time.
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .properties(properties)
            .build();
    WakeUpCalls calls = new WakeUpCalls();
    try {
      context.registerSingleton(Parts.class, parts, null, false);
      context.registerSingleton(Tokens.class, parts.tokens(), null, false);
      context.registerSingleton(RateLimit.class, parts.rate(), null, false);
      context.registerSingleton(TrashWindow.class, parts.trash(), null, false);
      context.registerSingleton(
          OpenRepository.class,
          new OpenRepository(store, writer(parts, store), calls),
          null,
          false);
      context.start();
      return new FunctionsContext(context, calls);
    } catch (RuntimeException e) {
      calls.close();
      context.close();
      throw e;
    }
  }

  private static Journal.Writer writer(Parts parts, ObjectStore store) {
    Backoff backoff = new JitteredBackoff(parts.random(), FIRST_WAIT, LONGEST_WAIT, SETTLE_WITHIN);
    return new Journal.Writer(
        parts.actor(), parts.clock(), parts.random(), new SettledCreate(store, backoff), backoff);
  }

  public ApplicationContext beans() {
    return context;
  }

  /// What answers requests.
  public Dispatcher dispatcher() {
    return context.getBean(Dispatcher.class);
  }

  /// The names of the scheduled functions.
  public SortedSet<String> scheduled() {
    return context.getBean(ScheduledFunctions.class).names();
  }

  /// Runs a scheduled function once.
  ///
  /// @throws IllegalArgumentException when there is none of that name
  /// @throws io.tidemark.repository.Refused when there is no repository
  public Report run(String name) {
    return context
        .getBean(ScheduledFunctions.class)
        .run(name, context.getBean(OpenRepository.class).get());
  }

  @Override
  public void close() {
    context.close();
    calls.close();
  }
}
