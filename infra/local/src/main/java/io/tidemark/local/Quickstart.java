package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.repository.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The main job on one machine, with nothing installed: `mvn -Pquickstart` runs it.
public final class Quickstart {
  private Quickstart() {}

  /// @param arguments the folder that everything is written under, and the launcher of the
  ///   distribution. The properties `volume` (a path; else an image is made) and `stay` (whether to
  ///   go on serving until Ctrl-C) say what else is wanted
  public static void main(String[] arguments) throws InterruptedException {
    String volume = System.getProperty("volume", "");
    CommandEnvironment process = CommandEnvironment.ofThisProcess();
    MainJob job =
        new MainJob(
            process,
            new Account(process.out(), System::nanoTime),
            Path.of(arguments[0]).toAbsolutePath().normalize(),
            Path.of(arguments[1]).toAbsolutePath().normalize(),
            volume.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(volume).toAbsolutePath().normalize()),
            Boolean.getBoolean("stay") ? MainJob.End.STAY : MainJob.End.EXIT);
    System.exit(run(job));
  }

  private static int run(MainJob job) throws InterruptedException {
    try {
      job.run();
      return 0;
    } catch (QuickstartFailure e) {
      return fail(e.status(), e);
    } catch (Refused e) {
      return fail(3, e);
    } catch (IOException | RuntimeException e) {
      return fail(1, e);
    }
  }

  private static int fail(int status, Exception e) {
    System.out.flush();
    System.err.println("The quickstart stopped: " + e.getMessage());
    if (e instanceof RuntimeException && !(e instanceof Refused)) {
      e.printStackTrace();
    }
    return status;
  }
}
