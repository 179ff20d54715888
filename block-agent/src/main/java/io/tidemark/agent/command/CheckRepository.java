package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.check.CheckReport;
import io.tidemark.repository.check.Problem;
import io.tidemark.repository.check.RepositoryCheck;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.StoreNodeSource;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
    name = "check",
    description = {
      "Check journals, maps and pack lists against each other and against what lies in the bucket.",
      "Chunks themselves are read by 'tidemark snapshot verify'."
    },
    footer = {"", "Example: tidemark repository check", "Exit status 1 when a snapshot is hurt."})
final class CheckRepository extends Verb {
  @Override
  protected Answer answer(Workplace workplace) {
    try (StoreNodeSource nodes = new StoreNodeSource(workplace.store())) {
      RepositoryCheck check =
          new RepositoryCheck(
              workplace.repository(),
              nodes,
              volume -> workplace.console().say("Checking " + volume + "."));
      return new Checked(check.run());
    }
  }

  private record Checked(CheckReport report) implements Answer {
    @Override
    public ExitStatus status() {
      return report.hasDamage() ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              members
                  .put("volumes", report.volumes())
                  .put("snapshots", report.snapshots())
                  .put("events", report.events())
                  .put("packs", report.packs())
                  .put("packBytes", report.packBytes())
                  .array("problems", report.problems(), problem -> problem(json, problem)));
    }

    private static void problem(JsonWriter json, Problem problem) {
      json.object(
          members ->
              members
                  .put("weight", weight(problem))
                  .put("volume", problem.volume())
                  .array("snapshots", problem.snapshots(), id -> json.text(id.text()))
                  .put("key", problem.key())
                  .put("description", problem.description()));
    }

    private static String weight(Problem problem) {
      return problem.weight().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void text(PrintWriter out) {
      for (Problem problem : report.problems()) {
        String where = problem.volume().isEmpty() ? "" : " of " + problem.volume();
        out.println(
            Shown.lines(
                weight(problem) + where + ", " + problem.key() + ": " + problem.description()));
        if (!problem.snapshots().isEmpty()) {
          out.println(
              "  hurts "
                  + String.join(", ", problem.snapshots().stream().map(SnapshotId::text).toList()));
        }
      }
      out.println(
          (report.hasDamage() ? "DAMAGED: " : "sound: ")
              + report.volumes()
              + " volumes, "
              + report.snapshots()
              + " snapshots, "
              + report.events()
              + " events, "
              + report.packs()
              + " packs of "
              + ByteCount.text(report.packBytes()));
    }
  }
}
