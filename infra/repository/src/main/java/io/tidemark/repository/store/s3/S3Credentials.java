package io.tidemark.repository.store.s3;

import java.util.Optional;

/// A key that requests are signed with. Prints without its secrets.
public record S3Credentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

  @Override
  public String toString() {
    return "S3Credentials[…]";
  }
}
