package io.tidemark.repository.store.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/// Signature version 4 over the headers alone.
///
/// Over plain HTTP the SDK's own signer hashes every body a second time, a third of the throughput,
/// whatever it is told. It is shown the request as HTTPS, where it does not. The body is protected
/// by the CRC32 header, which is signed, and by the repository's own ids and checksums.
final class UnsignedPayloadScheme implements AwsV4AuthScheme {
  private final AwsV4AuthScheme inner = AwsV4AuthScheme.create();
  private final AwsV4HttpSigner signer = new Signer(inner.signer());

  @Override
  public String schemeId() {
    return inner.schemeId();
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return inner.identityProvider(providers);
  }

  @Override
  public AwsV4HttpSigner signer() {
    return signer;
  }

  private record Signer(AwsV4HttpSigner inner) implements AwsV4HttpSigner {

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
      SdkHttpRequest sent = request.request();
      SignedRequest signed = inner.sign(unsignedPayload(request, asHttps(sent)));
      return signed.toBuilder()
          .request(signed.request().toBuilder().protocol(sent.protocol()).port(sent.port()).build())
          .build();
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(
        AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
      throw new UnsupportedOperationException("The client is synchronous");
    }

    private static <I extends AwsCredentialsIdentity> SignRequest<I> unsignedPayload(
        SignRequest<I> request, SdkHttpRequest asHttps) {
      return request.toBuilder()
          .request(asHttps)
          .putProperty(PAYLOAD_SIGNING_ENABLED, false)
          .putProperty(CHUNK_ENCODING_ENABLED, false)
          .build();
    }

    private static SdkHttpRequest asHttps(SdkHttpRequest request) {
      // Either standard port is left out of the signed Host header; 80 would not be with HTTPS.
      boolean standardPort = request.protocol().equals("http") && request.port() == 80;
      return request.toBuilder()
          .protocol("https")
          .port(standardPort ? 443 : request.port())
          .build();
    }
  }
}
