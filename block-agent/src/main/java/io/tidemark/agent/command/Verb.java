package io.tidemark.agent.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// One command that does something. Its options are picocli's annotated fields; it never prints its
/// result, but gives it back.
@Command
public abstract class Verb implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  /// Does the work. Whatever it throws is told to the user in the way of all failures.
  protected abstract Answer answer(Workplace workplace) throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (spec == null) {
      throw new IllegalStateException("A verb is run by its command line");
    }
    return ((RootCommand) spec.root().userObject()).run(this);
  }
}
