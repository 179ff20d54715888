package io.tidemark.repository.store.s3;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/// The machine's trust store, read at the first TLS connection: reading it takes a tenth of a
/// second and more, which a store without TLS shall not cost.
final class LazyTls implements TlsSocketStrategy {
  private @Nullable TlsSocketStrategy strategy;

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, @Nullable Object attachment, HttpContext context)
      throws IOException {
    return strategy().upgrade(socket, target, port, attachment, context);
  }

  private synchronized TlsSocketStrategy strategy() {
    TlsSocketStrategy known = strategy;
    if (known == null) {
      known = DefaultClientTlsStrategy.createSystemDefault();
      strategy = known;
    }
    return known;
  }
}
