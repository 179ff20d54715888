package io.tidemark.agent.command;

import io.tidemark.agent.daemon.Agent;
import io.tidemark.agent.daemon.AgentLog;
import io.tidemark.agent.daemon.Listener;
import io.tidemark.agent.daemon.Surroundings;
import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.metrics.AgentMetrics;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.system.HostLock;
import io.tidemark.agent.system.Signals;
import io.tidemark.repository.Repository;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Bandwidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;

@Command(
    name = "run",
    description = {
      "Serve the requests for this host's volumes until a signal ends it.",
      "Makes snapshots and restores that were asked for over the API or by a policy. SIGHUP has it",
      "read volumes, pools, limits and polling again; SIGTERM lets it end what it can within",
      "'stop-within'."
    },
    footer = {
      "",
      "Examples:",
      "  tidemark agent run",
      "  tidemark agent run --config ./agent.yaml",
      "What the environment and the options say comes before what the file says."
    })
final class RunAgent extends AgentVerb {
  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    AgentConfiguration configuration = read();
    workplace.fillIn(variables(configuration));
    workplace.mayTakeToEnd(configuration.stopWithin().plus(Agent.ORDERLY_END));
    // Says so at once where nothing says which repository.
    String repository = workplace.store().location();
    return new Serving(
        workplace, configuration, repository, Listener.open(configuration.listener().port()));
  }

  private final class Serving implements Answer {
    private final Workplace workplace;
    private final AgentConfiguration configuration;
    private final String repository;
    private final Listener listener;

    Serving(
        Workplace workplace,
        AgentConfiguration configuration,
        String repository,
        Listener listener) {
      this.workplace = workplace;
      this.configuration = configuration;
      this.repository = repository;
      this.listener = listener;
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              members
                  .put("host", workplace.host())
                  .put("repository", repository)
                  .put("port", listener.port()));
    }

    @Override
    public void text(PrintWriter out) {
      out.println(
          "Serving "
              + Shown.of(workplace.host())
              + " for "
              + Shown.of(repository)
              + ", listening on 127.0.0.1:"
              + listener.port());
    }

    @Override
    public void afterwards() throws InterruptedException, IOException {
      AgentLog log = new ConsoleLog(workplace.console());
      try (listener) {
        Repository opened = open(log);
        workplace.requireFitStore();
        ThisHost host = workplace.thisHost();
        try (HostLock _ = host.lockAgent(opened)) {
          AgentMetrics metrics = new AgentMetrics();
          Agent agent =
              new Agent(
                  surroundings(opened, host, metrics, log),
                  warned(configuration, log),
                  () -> warned(readAgain(), log));
          metrics.watch(workplace.store(), agent::waiting, agent::running);
          listener.serve(agent, metrics);
          Signals.Reception _ = Signals.onHangup(agent::reload);
          agent.run();
        }
      }
    }

    private static AgentConfiguration warned(AgentConfiguration read, AgentLog log) {
      read.poolsWithoutFolder()
          .forEach(
              (pool, folder) ->
                  log.warn(
                      "The folder of the pool '"
                          + pool
                          + "' is not there: "
                          + Shown.of(folder.toString())
                          + ". Restores to it fail until it is made."));
      return read;
    }

    /// A store that is not up yet is waited for.
    private Repository open(AgentLog log) throws InterruptedException {
      RandomGenerator random = workplace.environment().random().get();
      while (true) {
        Backoff.Attempts attempts = workplace.environment().backoff().apply(random).start();
        do {
          try {
            return workplace.repository();
          } catch (StoreException.Unavailable e) {
            log.warn("The repository cannot be opened yet; it is tried on. " + e.getMessage());
          }
        } while (attempts.pause());
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }

    private Surroundings surroundings(
        Repository opened, ThisHost host, AgentMetrics metrics, AgentLog log) {
      CommandEnvironment environment = workplace.environment();
      return new Surroundings(
          opened,
          host,
          new Bandwidth(
              configuration.limits().uploadBytesPerSecond(),
              System::nanoTime,
              span -> TimeUnit.NANOSECONDS.sleep(span.toNanos())),
          environment.limits(),
          environment.pulse(),
          environment.clock(),
          environment.random().get(),
          thrown -> Failures.of(thrown).code(),
          task -> Thread.ofPlatform().daemon().name("agent-work").start(task),
          metrics,
          log);
    }
  }
}
