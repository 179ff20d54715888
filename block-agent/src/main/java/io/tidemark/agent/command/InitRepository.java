package io.tidemark.agent.command;

import io.tidemark.repository.Repository;
import io.tidemark.repository.RepositoryInfo;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
    name = "init",
    description = {
      "Make a repository in an empty prefix of a bucket, if the store is fit for one.",
      "A bucket that is not there is created, where these credentials may do that."
    },
    footer = {
      "",
      "Examples:",
      "  tidemark repository init",
      "  tidemark repository init --repository s3://backups/tidemark"
    })
final class InitRepository extends Verb {
  @Override
  protected Answer answer(Workplace workplace) {
    boolean createdBucket = workplace.createMissingBucket();
    if (createdBucket) {
      workplace.console().say("There was no such bucket; created it.");
    }
    workplace.requireOutsideOfRepositories();
    Repository.requireEmpty(workplace.store());
    workplace.requireFitStore();
    String region = workplace.region();
    Repository made = Repository.initialise(workplace.store(), workplace.writer(), region);
    workplace.console().say("Made a repository in " + workplace.store().location() + ".");
    return new RepositoryAnswer(made.info(), workplace.store().location(), createdBucket);
  }

  /// The repository's id, which is what scripts want of it.
  private record RepositoryAnswer(RepositoryInfo info, String location, boolean createdBucket)
      implements Answer {
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
                  .put("createdBucket", createdBucket));
    }

    @Override
    public void text(PrintWriter out) {
      out.println(info.id());
    }
  }
}
