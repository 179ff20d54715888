package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionsServerTest {

  @Test
  void answersHealthWithoutAskingTheStore() throws Exception {
    try (FunctionsServer server = FunctionsServer.start(0, new UnaskedStore())) {
      HttpResponse<String> answer = get(server, "/health");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .isEqualTo("{\"status\":\"up\",\"repository\":\"s3://bucket/prefix\"}");
    }
  }

  @Test
  void answers404WhereThereIsNoFunction() throws Exception {
    try (FunctionsServer server = FunctionsServer.start(0, new UnaskedStore())) {
      assertThat(get(server, "/no-such-function").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void listensOnTheLoopbackAddressAlone() {
    try (FunctionsServer server = FunctionsServer.start(0, new UnaskedStore())) {
      assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
    }
  }

  private static HttpResponse<String> get(FunctionsServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(server.uri().resolve(path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /// A store that only knows where it is.
  private static final class UnaskedStore implements ObjectStore {
    @Override
    public PutOutcome createIfAbsent(String key, ByteBuffer body) {
      throw new UnsupportedOperationException(key);
    }

    @Override
    public byte[] get(String key) {
      throw new UnsupportedOperationException(key);
    }

    @Override
    public byte[] get(String key, ByteRange range) {
      throw new UnsupportedOperationException(key);
    }

    @Override
    public Listing list(String prefix, String startAfter, int max) {
      throw new UnsupportedOperationException(prefix);
    }

    @Override
    public List<DeleteOutcome> delete(List<String> keys) {
      throw new UnsupportedOperationException(keys.toString());
    }

    @Override
    public String location() {
      return "s3://bucket/prefix";
    }

    @Override
    public void close() {}
  }
}
