package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who has snapshots made over HTTP, and asks again as long as nobody answers.
final class Api implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /// The functions are there, and their store is not.
  private static final String UNAVAILABLE = " was answered with 503: ";

  private final FunctionsClient client;

  Api(FunctionsClient client) {
    this.client = client;
  }

  private interface Question<T> {
    T ask() throws QuickstartFailure, IOException, InterruptedException;
  }

  /// Functions or store may be away; what they refuse is the caller's.
  private static <T> T answered(Question<T> question) throws Exception {
    List<T> answer = new ArrayList<>();
    Running.await(
        () -> {
          try {
            answer.add(question.ask());
            return true;
          } catch (IOException _) {
            return false;
          } catch (QuickstartFailure e) {
            if (String.valueOf(e.getMessage()).contains(UNAVAILABLE)) {
              return false;
            }
            throw e;
          }
        });
    return answer.getFirst();
  }

  JsonNode get(String path) throws Exception {
    return answered(() -> client.get(path));
  }

  /// The same request, however often it is sent.
  JsonNode post(String path, String body) throws Exception {
    String key = UUID.randomUUID().toString();
    return answered(() -> client.post(path, key, JSON.readTree(body)));
  }

  void delete(String path) throws Exception {
    JsonNode _ =
        answered(
            () -> {
              client.delete(path);
              return JSON.nullNode();
            });
  }

  /// Deletes a snapshot past the trash. When it is gone already, an earlier request was carried out
  /// and only its answer lost.
  void deleteForGood(String snapshot) throws Exception {
    try {
      delete("/v1/snapshots/" + snapshot + "?now=true");
    } catch (QuickstartFailure e) {
      assertThat(e).hasMessageContaining(" was answered with 404: ");
    }
  }

  /// Asks for a snapshot, and gives back its id.
  String create(String volume, String body) throws Exception {
    return post("/v1/volumes/" + volume + "/snapshots", body).path("id").asString();
  }

  JsonNode show(String snapshot) throws Exception {
    return get("/v1/snapshots/" + snapshot);
  }

  String state(String snapshot) throws Exception {
    return show(snapshot).path("state").asString();
  }

  /// The ids that a list gives, the newest first.
  ///
  /// @param query like `volume=db1&state=READY`
  List<String> list(String query) throws Exception {
    return get("/v1/snapshots?" + query).path("snapshots").findValuesAsString("id");
  }

  void awaitState(String snapshot, String state) throws Exception {
    Running.await(
        () -> {
          JsonNode shown = show(snapshot);
          assertThat(shown.path("state").asString()).as(shown.toString()).isNotEqualTo("FAILED");
          return shown.path("state").asString().equals(state);
        });
  }

  /// Asks for a restore, and waits until it has ended.
  ///
  /// @return its outcome
  String restore(String snapshot, String body) throws Exception {
    JsonNode asked = post("/v1/snapshots/" + snapshot + "/restore", body);
    String volume = show(snapshot).path("volumeId").asString();
    String path = "/v1/volumes/" + volume + "/restores/" + asked.path("hold").asLong();
    Running.await(() -> get(path).path("state").asString().equals("ENDED"));
    return get(path).path("outcome").asString();
  }

  /// Runs a scheduled function, which has to have no failures, and gives back its report.
  JsonNode run(String function) throws Exception {
    JsonNode report = post("/v1/functions/" + function, "{}");
    assertThat(report.path("failures")).as(report.toString()).isEmpty();
    return report;
  }

  @Override
  public void close() {
    client.close();
  }
}
