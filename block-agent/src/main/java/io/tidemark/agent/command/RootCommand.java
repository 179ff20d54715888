package io.tidemark.agent.command;

import io.tidemark.agent.command.CommandEnvironment.Terminal;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.store.StoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/// The root of the command tree: what every verb shares, and how each is run.
@Command(
    name = "tidemark",
    description = "Snapshots of block volumes in any S3-compatible store.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    sortOptions = false,
    footer = {
      "",
      "Environment:",
      "  TIDEMARK_REPOSITORY      s3://BUCKET/PREFIX, when --repository is not given",
      "  AWS_ENDPOINT_URL_S3      where the store is, when --endpoint-url is not given",
      "  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION",
      "  TIDEMARK_STATE           locks and caches (else $$XDG_STATE_HOME/tidemark)",
      "  TIDEMARK_ACTOR           who is named in the journal (else user@host)",
      "  TIDEMARK_HOST            this host's name, where it is not to be the kernel's",
      "  TIDEMARK_JAVA_OPTIONS    more for the Java runtime, such as -Xmx512m",
      "  TIDEMARK_DEBUG=1         prints where a failure came from",
      "",
      "Exit status: 0 done; 1 failed, interrupted or damage found; 2 wrong usage;",
      "3 refused, nothing changed.",
      "",
      "Begin with:",
      "  tidemark repository init",
      "  tidemark volume add web /srv/images/web.img",
      "  tidemark snapshot create web",
      "  tidemark snapshot restore web@latest --to /srv/restored.img"
    })
final class RootCommand {
  private static final List<String> BUILT_IN =
      List.of("repository", "volume", "snapshot", "collect", "agent");

  /// The parser's words before a converter's own.
  private static final Pattern WRONG_VALUE =
      Pattern.compile(
          "^Invalid value for (?:positional parameter at index \\S+ \\(<?(.+?)>?\\)|option"
              + " '(\\S+?)'(?: \\(.*?\\))?): ");

  private final CommandEnvironment environment;
  private final Consumer<Workplace> atWork;
  private boolean hasWritten;
  private String done = "";

  @Option(
      names = "--repository",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The repository, s3://BUCKET/PREFIX.")
  private @Nullable String repository;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "Where the S3 store is, http://HOST:PORT; AWS itself when nothing says.")
  private @Nullable String endpointUrl;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print exactly one JSON document to standard output.")
  @SuppressWarnings("UnusedVariable")
  private boolean jsonGiven;

  /// Known before the line is parsed, for it may not be parseable.
  private final boolean json;

  private RootCommand(
      CommandEnvironment environment, Consumer<Workplace> atWork, List<String> words) {
    this.environment = environment;
    this.atWork = atWork;
    json = words.contains("--json");
  }

  /// Runs one command line in this process.
  ///
  /// @param atWork is told what the work is done with, before it begins
  /// @return the exit status, see [ExitStatus]
  static int run(CommandEnvironment environment, Consumer<Workplace> atWork, String... arguments) {
    List<String> words = Arrays.asList(arguments);
    RootCommand root = new RootCommand(environment, atWork, words);
    CommandLine line = root.commandLine(words);
    line.setOut(environment.out()).setErr(environment.err());
    line.setExpandAtFiles(false);
    line.setOverwrittenOptionsAllowed(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(root::execute);
    line.setParameterExceptionHandler(root::refuse);
    line.setExecutionExceptionHandler((e, _, _) -> root.fail(e));
    int status = line.execute(arguments);
    environment.out().flush();
    if (environment.out().checkError() && status == ExitStatus.DONE.code()) {
      if (root.isUnreadInPeace()) {
        return ExitStatus.UNREAD.code();
      }
      root.console()
          .error(
              ("Standard output could not be written, the answer is lost. " + root.done).strip());
      return ExitStatus.FAILED.code();
    }
    return status;
  }

  /// People who have seen enough of a text close the pipe, and want to hear no more; but a document
  /// is whole or worth nothing, and what was done to the store is said.
  private boolean isUnreadInPeace() {
    return !json
        && done.isEmpty()
        && environment.out() instanceof Results results
        && results.isUnread();
  }

  /// Only the verbs of the group that is asked for are built: each costs time to reflect over.
  private CommandLine commandLine(List<String> words) {
    CommandLine line = new CommandLine(this);
    line.addSubcommand(group(new RepositoryGroup(), words, "repository"));
    line.addSubcommand(group(new VolumeGroup(), words, "volume"));
    line.addSubcommand(group(new SnapshotGroup(), words, "snapshot"));
    line.addSubcommand(new CollectPacks());
    line.addSubcommand(group(new AgentGroup(), words, "agent"));
    if (!BUILT_IN.contains(command(words))) {
      for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
        line.addSubcommand(provider.name(), provider.command());
      }
    }
    return line;
  }

  /// The word that says which command it is; what follows may be one of these words too.
  private static String command(List<String> words) {
    boolean isValue = false;
    for (String word : words) {
      if (!isValue && !word.startsWith("-")) {
        return word;
      }
      isValue = word.equals("--repository") || word.equals("--endpoint-url");
    }
    return "";
  }

  private static CommandLine group(VerbGroup group, List<String> words, String name) {
    CommandLine line = new CommandLine(group);
    if (words.contains(name)) {
      group.verbs().forEach(verb -> line.addSubcommand(verb));
    }
    return line;
  }

  private int execute(ParseResult parsed) {
    if (json) {
      ParseResult last = parsed;
      while (last.hasSubcommand()) {
        last = last.subcommand();
      }
      CommandSpec command = last.commandSpec();
      if (last.isVersionHelpRequested()) {
        write(document -> document.object(members -> members.put("version", Version.number())));
        return ExitStatus.DONE.code();
      }
      if (last.isUsageHelpRequested()) {
        StringWriter help = new StringWriter();
        command.commandLine().usage(new PrintWriter(help), CommandLine.Help.Ansi.OFF);
        write(document -> document.object(members -> members.put("help", help.toString())));
        return ExitStatus.DONE.code();
      }
    }
    return new RunLast().execute(parsed);
  }

  /// Runs one verb and prints its answer.
  int run(Verb verb) throws Exception {
    Console console = console();
    try (Workplace workplace =
        new Workplace(
            environment, variables(), console, json ? Workplace.Form.JSON : Workplace.Form.TEXT)) {
      atWork.accept(workplace);
      Answer answer = answer(verb, workplace);
      done = answer.done();
      console.endProgress();
      if (json) {
        write(answer::json);
      } else {
        answer.text(environment.out());
        environment.out().flush();
      }
      answer.afterwards();
      return answer.status().code();
    } catch (Error e) {
      // The parser passes on exceptions only: without this, spent memory would say nothing at all.
      return fail(e);
    } finally {
      console.endProgress();
    }
  }

  private Answer answer(Verb verb, Workplace workplace) throws Exception {
    try {
      return verb.answer(workplace);
    } finally {
      hasWritten = workplace.hasWritten();
    }
  }

  private int refuse(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    String message = Shown.of(WRONG_VALUE.matcher(e.getMessage()).replaceFirst("$1$2: "));
    if (json) {
      write(new Failure(ExitStatus.USAGE, "USAGE", message)::json);
    }
    if (!json || environment.terminal() == Terminal.WATCHED) {
      console().error(message);
      CommandLine.UnmatchedArgumentException.printSuggestions(e, environment.err());
      environment.err().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
      environment.err().flush();
    }
    return ExitStatus.USAGE.code();
  }

  private int fail(Throwable thrown) {
    Failure failure = failure(thrown);
    if (json) {
      write(failure::json);
    }
    Console console = console();
    if (!json || environment.terminal() == Terminal.WATCHED) {
      console.error(Shown.lines(failure.message()));
    }
    if (environment.variables().getOrDefault("TIDEMARK_DEBUG", "").equals("1")) {
      console.trace(thrown);
    }
    return failure.status().code();
  }

  private Failure failure(Throwable thrown) {
    // Asked for first, for nobody else is to see it.
    boolean interrupted = Thread.interrupted();
    return switch (thrown) {
      // A request that was given up for a signal has failed for no other reason.
      case StoreException e when interrupted -> Failures.interrupted(hasWritten, e);
      case SourceException.NotQuiesced e when interrupted ->
          Failures.interrupted(hasWritten, String.valueOf(e.getMessage()));
      case InterruptedException _ -> Failures.interrupted(hasWritten, "");
      default -> Failures.of(thrown);
    };
  }

  private void write(JsonWriter.Part document) {
    JsonWriter.write(environment.out(), document);
  }

  private Console console() {
    return new Console(environment.err(), environment.terminal());
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(environment.variables());
    if (repository != null) {
      variables.put("TIDEMARK_REPOSITORY", repository);
    }
    if (endpointUrl != null) {
      variables.put("AWS_ENDPOINT_URL_S3", endpointUrl);
    }
    return variables;
  }
}
