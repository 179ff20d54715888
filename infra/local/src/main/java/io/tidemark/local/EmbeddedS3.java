package io.tidemark.local;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.store.s3.S3Credentials;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/// An S3 server inside this process, over a folder, on the loopback address alone.
///
/// It never calls fsync: right for trying things out and for tests, not for keeping data through a
/// power cut.
public final class EmbeddedS3 implements AutoCloseable {
  private final S3Proxy server;
  private final Path data;

  private EmbeddedS3(S3Proxy server, Path data) {
    this.server = server;
    this.data = data;
  }

  /// Serves the buckets in `data`, one folder each; the folder is made if need be.
  ///
  /// @param port 0 for a free one
  /// @param credentials what requests have to be signed with
  /// @throws Refused when the port cannot be had
  /// @throws IOException saying what to do when the folder cannot be used
  public static EmbeddedS3 start(Path data, int port, S3Credentials credentials)
      throws IOException {
    Files.createDirectories(data);
    requireAttributes(data);
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(data.toString()))
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4,
                credentials.accessKeyId(),
                credentials.secretAccessKey())
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw refusal(port, e);
    }
    return new EmbeddedS3(server, data);
  }

  /// Where it listens.
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /// Makes the bucket unless it is there.
  public void createBucket(String name) throws IOException {
    Files.createDirectories(data.resolve(name));
  }

  /// Lets running requests end, then stops listening.
  @Override
  public void close() {
    try {
      server.stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("The embedded S3 server did not stop", e);
    }
  }

  private static IOException refusal(int port, Exception e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof BindException) {
        String instead =
            ", so nothing was started. Choose another one: tidemark local --port N, or --port 0 for"
                + " any that is free.";
        if (String.valueOf(each.getMessage()).contains("in use")) {
          throw new Refused(
              Reason.IN_USE,
              "Port " + port + " of 127.0.0.1 is taken by another program" + instead);
        }
        return new IOException(
            "Port " + port + " of 127.0.0.1 cannot be had (" + each.getMessage() + ")" + instead,
            e);
      }
    }
    return new IOException("The embedded S3 server did not start: " + e.getMessage(), e);
  }

  /// Metadata lie in extended attributes; without them every PUT would fail, and say less.
  private static void requireAttributes(Path data) throws IOException {
    Path probe = Files.createTempFile(data, ".tidemark-", ".probe");
    try {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class);
      if (view == null) {
        throw new IOException("no such view");
      }
      view.write("tidemark", StandardCharsets.UTF_8.encode("probe"));
    } catch (IOException | UnsupportedOperationException e) {
      throw new IOException(
          "The file system of "
              + data
              + " keeps no extended attributes, which the embedded S3 server needs. Choose a folder"
              + " on ext4, XFS or btrfs.",
          e);
    } finally {
      Files.delete(probe);
    }
  }
}
