package io.tidemark.repository.store.s3;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.endpoints.EndpointUrl;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointParams;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/// `ENDPOINT/BUCKET` for every request: what the SDK's rule engine comes to for a given endpoint,
/// without the time that starting the engine takes.
final class PathStyleEndpoint implements S3EndpointProvider {
  private final Endpoint ofBucket;

  PathStyleEndpoint(URI endpoint, String bucket) {
    String base = endpoint.toString();
    String url = (base.endsWith("/") ? base : base + "/") + bucket;
    ofBucket = Endpoint.builder().endpointUrl(EndpointUrl.fromString(url)).build();
  }

  @Override
  public CompletableFuture<Endpoint> resolveEndpoint(S3EndpointParams request) {
    return CompletableFuture.completedFuture(ofBucket);
  }
}
