package io.tidemark.local;

import io.tidemark.agent.command.Answer;
import io.tidemark.agent.command.ExitStatus;
import io.tidemark.agent.command.JsonWriter;
import io.tidemark.agent.command.UsageException;
import io.tidemark.agent.command.Verb;
import io.tidemark.agent.command.Workplace;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.function.Report;
import io.tidemark.functions.wiring.FunctionsContext;
import io.tidemark.functions.wiring.ServiceSettings;
import io.tidemark.repository.store.s3.S3ObjectStore;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = {
      "Run a scheduled function once: for cron, systemd timers and Kubernetes CronJobs.",
      "It may run late, twice, or on two machines at once."
    },
    footer = {
      "",
      "Functions: schedule-tick (every minute), expire, abort-silent, index-sweep (every hour),",
      "collect, verify-sample (every day).",
      "",
      "Example: tidemark function run schedule-tick"
    })
final class RunFunction extends Verb {
  @Parameters(paramLabel = "NAME")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Override
  protected Answer answer(Workplace workplace) {
    ServiceSettings settings = new ServiceSettings(workplace.variables());
    try (S3ObjectStore store = open(settings);
        FunctionsContext functions = FunctionsContext.start(parts(settings), store)) {
      if (!functions.scheduled().contains(name)) {
        throw new UsageException(
            "There is no scheduled function of that name. There are: "
                + String.join(", ", functions.scheduled()));
      }
      return new Reported(functions.run(name));
    }
  }

  private static FunctionsContext.Parts parts(ServiceSettings settings) {
    try {
      return settings.parts(Tokens.of(Map.of()));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// @throws UsageException naming the variable that is wrong
  static S3ObjectStore open(ServiceSettings settings) {
    try {
      return settings.openStore();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private record Reported(Report report) implements Answer {
    @Override
    public ExitStatus status() {
      return report.failures().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          document -> {
            document.put("function", report.function());
            document.object("counts", counts -> report.counts().forEach(counts::put));
            document.array("notes", report.notes(), note -> document.text(note));
            document.array("failures", report.failures(), failure -> document.text(failure));
          });
    }

    @Override
    public void text(PrintWriter out) {
      report.counts().forEach((count, number) -> out.println(count + " " + number));
      report.notes().forEach(out::println);
      report.failures().forEach(failure -> out.println("failed: " + failure));
    }
  }
}
