package io.tidemark.functions.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Refused;
import io.tidemark.repository.store.StoreException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  /// Both are there once somebody has run `tidemark repository init`.
  @Test
  void saysTheSameOfAMissingBucketAsOfAMissingRepository() {
    var noBucket = StoreException.Denied.noBucket("tidemark.json", "There is no bucket b", null);
    var noRepository = new Refused(Refused.Reason.NO_REPOSITORY, "There is no repository");

    assertThat(Failures.problem(noBucket).status())
        .isEqualTo(Failures.problem(noRepository).status())
        .isEqualTo(Status.UNAVAILABLE);
    assertThat(Failures.headers(noBucket)).isEqualTo(Failures.headers(noRepository)).isNotEmpty();
    assertThat(Failures.problem(noBucket).code()).isEqualTo("NO_BUCKET");
  }

  @Test
  void saysThatTheStoreRefused() {
    var denied = new StoreException.Denied("tidemark.json", "Denied", null);

    assertThat(Failures.problem(denied).status()).isEqualTo(Status.BAD_GATEWAY);
    assertThat(Failures.headers(denied)).isEmpty();
  }
}
