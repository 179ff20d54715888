package io.tidemark.agent.command;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.probe.Probe;
import io.tidemark.repository.probe.Verdict;
import io.tidemark.repository.probe.Verdicts;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one command line works with. Store and repository are opened when first asked for.
public final class Workplace implements AutoCloseable {
  private final CommandEnvironment environment;
  private volatile Map<String, String> variables;
  private final Console console;
  private final Form form;
  private volatile @Nullable CountingObjectStore store;
  private volatile Optional<Duration> orderlyEnd = Optional.empty();
  private Supplier<BucketFacts> asked = () -> BucketFacts.UNKNOWN;
  private BooleanSupplier missingBucket = () -> false;
  private volatile BooleanSupplier awaited = () -> false;
  private @Nullable Repository repository;

  /// How an answer is given.
  enum Form {
    TEXT,
    JSON
  }

  /// @param variables of the environment, options in place
  Workplace(
      CommandEnvironment environment, Map<String, String> variables, Console console, Form form) {
    this.environment = environment;
    this.form = form;
    this.variables = Map.copyOf(variables);
    this.console = console;
  }

  public CommandEnvironment environment() {
    return environment;
  }

  /// The environment variables, with the command line's options in their place.
  public Map<String, String> variables() {
    return variables;
  }

  /// Takes what a file says for what the environment and the command line leave open. Before the
  /// store is first asked for.
  void fillIn(Map<String, String> others) {
    Map<String, String> filled = new HashMap<>(others);
    variables.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            filled.put(name, value);
          }
        });
    variables = Map.copyOf(filled);
  }

  /// How long it may take until work that was interrupted has put everything in order, where that
  /// is longer than usual.
  void mayTakeToEnd(Duration span) {
    orderlyEnd = Optional.of(span);
  }

  Optional<Duration> orderlyEnd() {
    return orderlyEnd;
  }

  public Console console() {
    return console;
  }

  /// The name under which this host's volumes are known.
  String host() {
    return variable("TIDEMARK_HOST", environment.host());
  }

  /// The repository's store; counts what it is asked.
  ///
  /// @throws UsageException when nothing says which, or that is wrong
  CountingObjectStore store() {
    CountingObjectStore known = store;
    if (known == null) {
      String address = variable("TIDEMARK_REPOSITORY", "");
      if (address.isEmpty()) {
        throw new UsageException(
            "Which repository? Set TIDEMARK_REPOSITORY=s3://BUCKET/PREFIX, or give --repository"
                + " s3://BUCKET/PREFIX");
      }
      ObjectStore opened = environment.stores().open(address, variables);
      asked = () -> S3Stores.facts(opened);
      awaited = () -> S3Stores.isAwaited(opened);
      missingBucket = () -> S3Stores.createMissingBucket(opened);
      known = new CountingObjectStore(opened);
      store = known;
    }
    return known;
  }

  /// Whether the store answered before, is away now, and is waited for.
  boolean isStoreAwaited() {
    return awaited.getAsBoolean();
  }

  Repository repository() {
    if (repository == null) {
      repository = Repository.open(store(), writer());
    }
    return repository;
  }

  Journal.Writer writer() {
    RandomGenerator random = environment.random().get();
    Backoff backoff = environment.backoff().apply(random);
    return new Journal.Writer(
        variable("TIDEMARK_ACTOR", environment.user() + "@" + host()),
        environment.clock(),
        random,
        new SettledCreate(store(), backoff),
        backoff);
  }

  Volumes volumes() {
    return new Volumes(repository());
  }

  Snapshots snapshots() {
    return new Snapshots(repository());
  }

  boolean isJsonWanted() {
    return form == Form.JSON;
  }

  ThisHost thisHost() {
    return new ThisHost(
        host(), StateFolder.of(variables, environment.home()), environment.sources());
  }

  /// To be asked before anything is written to a bucket: at its first use it is probed.
  ///
  /// @throws Refused when the store does not keep what a repository needs
  void requireFitStore() {
    Verdicts verdicts = new Verdicts(store());
    if (verdicts.newest().isEmpty()) {
      console.say("Nobody has probed this store yet; that takes some seconds.");
      try {
        Verdict _ = probe();
      } catch (StoreException.Denied e) {
        // A key without the right to delete: somebody else has to.
        console.say(e.getMessage());
      }
    }
    verdicts.requireUsable();
  }

  /// Creates the repository's bucket where there is none.
  ///
  /// @return whether it was created
  boolean createMissingBucket() {
    ObjectStore _ = store();
    return missingBucket.getAsBoolean();
  }

  /// Refuses a prefix that lies inside of another repository. One request for each prefix above;
  /// one that may not be read there is taken to hold none.
  void requireOutsideOfRepositories() {
    String address = variable("TIDEMARK_REPOSITORY", "");
    for (String above : S3Stores.above(address)) {
      try (ObjectStore outer = environment.stores().open(above, variables)) {
        byte[] _ = outer.get(ObjectKeys.REPOSITORY);
      } catch (StoreException.Missing | StoreException.Denied _) {
        continue;
      }
      throw new Refused(
          Refused.Reason.REPOSITORY_EXISTS,
          "There is a repository in "
              + above
              + ", and "
              + address
              + " lies inside of it. Choose a prefix beside it, or use that repository.");
    }
  }

  /// Tries the store out and keeps the verdict in it.
  Verdict probe() {
    RandomGenerator random = environment.random().get();
    ObjectStore store = store();
    return new Probe(store, asked.get(), environment.backoff().apply(random), random)
        .run(finding -> console.progress("probing: " + finding.fact()));
  }

  /// How long what is deleted can be brought back.
  ///
  /// @throws UsageException when the environment says something else
  TrashWindow trashWindow() {
    try {
      return TrashWindow.of(variables);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// The region that a new repository is of.
  String region() {
    return variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "us-east-1"));
  }

  private String variable(String name, String otherwise) {
    String value = variables.getOrDefault(name, "").strip();
    return value.isEmpty() ? otherwise : value;
  }

  /// Whether anything was sent that may have changed the store.
  boolean hasWritten() {
    CountingObjectStore known = store;
    return known != null
        && (known.tally(StoreCall.CREATE).requests() > 0
            || known.tally(StoreCall.DELETE).requests() > 0);
  }

  /// Closes the store's connections, whoever waits for one.
  @Override
  public void close() {
    CountingObjectStore known = store;
    if (known != null) {
      known.close();
    }
  }
}
