package io.tidemark.functions.cbs.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ActionsTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| ([A-Za-z, ]+) \\|.*\\| [JPNGT ]+ \\|$");

  @Test
  void theTableOfTheReadmeHasEveryOne() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));

    Set<String> named =
        ROW.matcher(readme)
            .results()
            .map(row -> row.group(1))
            .flatMap(names -> Pattern.compile(", ").splitAsStream(names))
            .filter(name -> !name.contains(" ") && Character.isUpperCase(name.charAt(0)))
            .collect(Collectors.toSet());

    assertThat(named).isEqualTo(Actions.supported());
  }
}
