package io.tidemark.repository.store.s3;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Makes the SDK's clients: no body is hashed, signed or copied twice, nothing is looked for in
/// profiles where all is said, and a proxy of the environment's is kept away from loopback.
final class S3Clients {
  private S3Clients() {}

  static SdkHttpClient http(S3Settings settings) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .maxConnections(settings.connections())
            .connectionTimeout(settings.connectTimeout())
            .socketTimeout(settings.answerTimeout())
            .connectionAcquisitionTimeout(settings.answerTimeout())
            .connectionMaxIdleTime(Duration.ofSeconds(20))
            .tlsSocketStrategy(new LazyTls())
            .tcpKeepAlive(true);
    if (settings.endpoint().map(URI::getHost).filter(S3Clients::isLoopback).isPresent()) {
      // A proxy of the environment's is for the world outside.
      http.proxyConfiguration(
          ProxyConfiguration.builder()
              .useEnvironmentVariableValues(false)
              .useSystemPropertyValues(false)
              .build());
    }
    return http.build();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (host.matches("[0-9.]+|\\[.*]")
            && InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress());
  }

  static S3Client s3(S3Settings settings, SdkHttpClient http, RetryStrategy retries) {
    ClientOverrideConfiguration.Builder overrides =
        ClientOverrideConfiguration.builder()
            .retryStrategy(retries)
            .addExecutionInterceptor(new DeleteDigest())
            .apiCallAttemptTimeout(settings.answerTimeout().multipliedBy(2));
    S3ClientBuilder client =
        S3Client.builder()
            .httpClient(http)
            .putAuthScheme(new UnsignedPayloadScheme())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false));
    settings
        .credentials()
        .ifPresent(
            credentials -> {
              client.credentialsProvider(
                  StaticCredentialsProvider.create(
                      credentials
                          .sessionToken()
                          .<AwsCredentials>map(
                              token ->
                                  AwsSessionCredentials.create(
                                      credentials.accessKeyId(),
                                      credentials.secretAccessKey(),
                                      token))
                          .orElseGet(
                              () ->
                                  AwsBasicCredentials.create(
                                      credentials.accessKeyId(), credentials.secretAccessKey()))));
              if (settings.endpoint().isPresent() || settings.region().isPresent()) {
                // All is said: no profile file is looked for, and none can change it.
                overrides.defaultProfileFile(ProfileFile.aggregator().build());
              }
            });
    settings.region().ifPresent(region -> client.region(Region.of(region)));
    settings
        .endpoint()
        .ifPresent(
            endpoint -> {
              String region = settings.region().orElse("us-east-1");
              AuthSchemeOption signature =
                  AuthSchemeOption.builder()
                      .schemeId(AwsV4AuthScheme.SCHEME_ID)
                      .putSignerProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                      .putSignerProperty(AwsV4HttpSigner.REGION_NAME, region)
                      .putSignerProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                      .putSignerProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                      .build();
              client
                  .region(Region.of(region))
                  .endpointOverride(endpoint)
                  .forcePathStyle(true)
                  .endpointProvider(new PathStyleEndpoint(endpoint, settings.location().bucket()))
                  .authSchemeProvider(_ -> List.of(signature));
            });
    return client.overrideConfiguration(overrides.build()).build();
  }
}
