package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.cbs.action.Actions;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.testing.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever is sent to the CBS API, the answer says what is wrong with it.
class CbsNonsenseTest {
  private static final int ROUNDS = 2_000;
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "18446744073709551616",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"TRUE\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"9999-99-99T99:99:99+99:99\"",
          "\"+999999999-12-31T23:59:59-18:00\"",
          "\"snap-00000000000000000\"",
          "\"disk-00000000000000000\"",
          "\"asp-00000000000000000\"",
          "\"" + "名".repeat(5_000) + "\"",
          "[]",
          "[null]",
          "[[]]",
          "[\"\"]",
          "[1,\"x\",{}]",
          "[\"disk-00000000000000000\",\"disk-00000000000000000\"]",
          "{}",
          "{\"Zone\":1}",
          "{\"Zone\":\"local-1\",\"ProjectId\":-1}",
          "[{}]",
          "[{\"Key\":\"\",\"Value\":null}]",
          "[{\"Name\":\"tag:\",\"Values\":[\"\"]}]",
          "[{\"Name\":\"disk-id\",\"Values\":[\"\"]},{\"Name\":\"disk-id\",\"Values\":[\"x\"]}]",
          "[{\"Hour\":[24]}]",
          "[{\"Hour\":[0],\"DayOfMonth\":[30],\"IntervalDays\":366}]",
          "[" + "9,".repeat(2_000) + "9]");

  private final RandomGenerator random = Seeded.random("CbsNonsenseTest");
  private Served served;
  private CbsClient client;

  @BeforeEach
  void start() {
    served = new Served();
    client = new CbsClient(served, Role.ADMINISTRATOR);
    Repository repository = served.repository();
    new Hosts(repository).register("host", List.of("fast"), Optional.empty());
    Served.snapshot(repository, Served.volume(repository, "web"), "one");
  }

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void isToldWhatIsWrong() throws Exception {
    List<String> actions = List.copyOf(new TreeSet<>(Actions.supported()));
    for (int i = 0; i < ROUNDS; i++) {
      String action = actions.get(random.nextInt(actions.size()));
      String body = body(action);

      JsonNode response = client.inChinese().call(action, body);

      String message = response.path("Error").path("Message").asText();
      assertThat(response.path("Error").path("Code").asText())
          .as("%s %s: %s", action, body, message)
          .doesNotStartWith("InternalError")
          .doesNotStartWith("ServiceUnavailable");
      assertThat(message).as("%s %s", action, body).doesNotContain("Exception", "io.tidemark");
      assertThat(response.has("Error")).as("%s %s", action, body).isEqualTo(!message.isBlank());
    }
  }

  private String body(String action) {
    List<String> members = new ArrayList<>();
    for (String parameter : new TreeSet<>(Actions.find(action).parameters())) {
      if (random.nextInt(3) == 0) {
        members.add("\"" + parameter + "\":" + VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    String body = "{" + String.join(",", members) + "}";
    // Some are no JSON at all.
    return random.nextInt(20) == 0 ? body.substring(random.nextInt(body.length())) : body;
  }
}
