package io.tidemark.agent.command;

import io.tidemark.repository.probe.Finding;
import io.tidemark.repository.probe.Verdict;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
    name = "probe",
    description = {
      "Try out whether the store keeps the promises that a repository needs, and keep the verdict.",
      "Needs the right to delete; takes some 250 requests."
    },
    footer = {"", "Example: tidemark repository probe", "Exit status 1 when the store is unfit."})
final class ProbeStore extends Verb {
  @Override
  protected Answer answer(Workplace workplace) {
    return new Probed(workplace.probe(), workplace.store().location());
  }

  private record Probed(Verdict verdict, String location) implements Answer {
    @Override
    public ExitStatus status() {
      return verdict.refusal().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              members
                  .put("location", location)
                  .put("usable", verdict.refusal().isEmpty())
                  .put("at", verdict.at().toString())
                  .put("server", verdict.server())
                  .put("versioning", verdict.versioning().name().toLowerCase(Locale.ROOT))
                  .put("refusal", verdict.refusal())
                  .put("warning", verdict.warning())
                  .array("findings", verdict.findings(), finding -> finding(json, finding)));
    }

    private static void finding(JsonWriter json, Finding finding) {
      json.object(
          members ->
              members
                  .put("fact", finding.fact())
                  .put("holds", finding.failure().isEmpty())
                  .put("failure", finding.failure()));
    }

    @Override
    public void text(PrintWriter out) {
      for (Finding finding : verdict.findings()) {
        out.println(
            Shown.of(
                (finding.failure().isEmpty() ? "holds   " : "FAILED  ")
                    + finding.fact()
                    + finding.failure().map(failure -> ": " + failure).orElse("")));
      }
      verdict.warning().ifPresent(warning -> out.println(Shown.lines(warning)));
      out.println(Shown.lines(verdict.refusal().orElse(location + " is fit for a repository.")));
    }
  }
}
