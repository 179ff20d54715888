package io.tidemark.repository.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.testing.Damage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestMemoryCodecTest {
  private static final RequestMemory MEMORY =
      new RequestMemory(
          RequestMemory.digest("a"),
          Optional.of(Samples.VOLUME),
          7,
          Optional.of(Samples.snapshot(1)),
          Optional.of(Samples.FOREIGN),
          Optional.empty());

  @Test
  void theBytesAreTheseForEver() throws MalformedException {
    byte[] bytes = RequestMemoryCodec.encode(MEMORY, new CommitId(1, 2));
    assertThat(new String(bytes, UTF_8))
        .isEqualTo(
            "{\"commitId\":\"00000000000000010000000000000002\",\"format\":1,\"number\":7,"
                + "\"request\":\"ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3\","
                + "\"snapshot\":\"snap-00000000000000001\",\"target\":\"vol-fedcba98765432100\","
                + "\"volume\":\"vol-0123456789abcdef0\"}");
    assertThat(RequestMemoryCodec.decode(bytes)).isEqualTo(MEMORY);
  }

  @Test
  void thoseOfAPolicyAreThese() throws MalformedException {
    RequestMemory memory =
        new RequestMemory(
            RequestMemory.digest("a"),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new PolicyId("pol-00000000000000001")));
    byte[] bytes = RequestMemoryCodec.encode(memory, new CommitId(1, 2));
    assertThat(new String(bytes, UTF_8))
        .isEqualTo(
            "{\"commitId\":\"00000000000000010000000000000002\",\"format\":1,\"number\":0,"
                + "\"policy\":\"pol-00000000000000001\","
                + "\"request\":\"ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3\"}");
    assertThat(RequestMemoryCodec.decode(bytes)).isEqualTo(memory);
  }

  @Test
  void damageIsMalformedOrAnotherMemory() {
    Damage.everywhere(
        RequestMemoryCodec.encode(MEMORY, new CommitId(1, 2)),
        damaged -> {
          try {
            assertThat(RequestMemoryCodec.decode(damaged)).isNotNull();
          } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void keysOfDifferentKindsAndActorsDiffer() {
    PolicyId policy = new PolicyId("pol-00000000000000001");
    assertThat(RequestKey.of("ann", "k"))
        .isNotEqualTo(RequestKey.of("an", "nk"))
        .isEqualTo(RequestKey.of("ann", "k"));
    assertThat(RequestKey.of(policy, Samples.AT))
        .isNotEqualTo(RequestKey.of(policy.text(), Samples.AT.toString()));
    assertThatThrownBy(() -> RequestKey.of("ann", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RequestKey.of("ann", "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
