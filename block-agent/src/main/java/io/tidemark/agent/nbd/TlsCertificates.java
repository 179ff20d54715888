package io.tidemark.agent.nbd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/// Whom to trust, and who this client is, from a folder as QEMU and nbdkit have it.
final class TlsCertificates {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final char[] NO_PASSWORD = new char[0];

  private TlsCertificates() {}

  /// A client that has yet to shake hands.
  ///
  /// @param host whose name the server's certificate has to bear; empty for no check of it
  static SSLEngine client(Optional<Path> folder, Optional<String> host) throws NbdException {
    try {
      SSLContext context = folder.isPresent() ? context(folder.get()) : SSLContext.getDefault();
      SSLEngine engine =
          host.isPresent() ? context.createSSLEngine(host.get(), 0) : context.createSSLEngine();
      engine.setUseClientMode(true);
      if (host.isPresent()) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
      }
      return engine;
    } catch (IOException | GeneralSecurityException e) {
      throw new NbdException(
          NbdException.Kind.REFUSED,
          "its TLS certificates cannot be used ("
              + e.getMessage()
              + "); wanted in "
              + folder.map(Path::toString).orElse("Java's trust store")
              + ": ca-cert.pem, and for a client's own client-cert.pem and client-key.pem, the key"
              + " as PKCS #8",
          e);
    }
  }

  private static SSLContext context(Path folder) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int number = 0;
    for (Certificate authority : certificates(folder.resolve("ca-cert.pem"))) {
      trusted.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
    own.load(null, null);
    Path certificate = folder.resolve("client-cert.pem");
    if (Files.exists(certificate)) {
      own.setKeyEntry(
          "client",
          key(folder.resolve("client-key.pem")),
          NO_PASSWORD,
          certificates(certificate).toArray(new Certificate[0]));
    }
    keys.init(own, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher found = KEY.matcher(Files.readString(file));
    if (!found.find()) {
      throw new GeneralSecurityException(file + " holds no key in PKCS #8");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException _) {
        // Then it is a key of another algorithm.
      }
    }
    throw new GeneralSecurityException(file + " holds a key of no known algorithm");
  }
}
