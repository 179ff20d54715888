package io.tidemark.agent.command;

import io.tidemark.repository.RepositoryInfo;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
    name = "info",
    description = "Show what a repository is.",
    footer = {"", "Example: tidemark repository info --json"})
final class ShowRepository extends Verb {
  @Override
  protected Answer answer(Workplace workplace) {
    RepositoryInfo info = workplace.repository().info();
    return new Described(info, workplace.store().location(), workplace.volumes().list().size());
  }

  private record Described(RepositoryInfo info, String location, int volumes) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          document ->
              document
                  .put("id", info.id())
                  .put("location", location)
                  .put("format", info.format())
                  .put("hash", info.hash())
                  .put("region", info.region())
                  .put("volumes", volumes));
    }

    @Override
    public void text(PrintWriter out) {
      out.println("id        " + info.id());
      out.println("location  " + location);
      out.println("format    " + info.format() + ", chunks named by " + info.hash());
      out.println("region    " + info.region());
      out.println("volumes   " + volumes);
    }
  }
}
