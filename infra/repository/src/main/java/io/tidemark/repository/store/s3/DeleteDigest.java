package io.tidemark.repository.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;

/// Adds `Content-MD5` to a delete of many keys: older servers demand it and do not know the newer
/// checksum that the SDK sends.
final class DeleteDigest implements ExecutionInterceptor {

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    RequestBody body = context.requestBody().orElse(null);
    if (body == null || !(context.request() instanceof DeleteObjectsRequest)) {
      return context.httpRequest();
    }
    try (InputStream bytes = body.contentStreamProvider().newStream()) {
      byte[] digest = MessageDigest.getInstance("MD5").digest(bytes.readAllBytes());
      return context.httpRequest().toBuilder()
          .putHeader("Content-MD5", Base64.getEncoder().encodeToString(digest))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }
}
