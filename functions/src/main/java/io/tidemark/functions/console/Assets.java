package io.tidemark.functions.console;

import io.tidemark.functions.console.view.View;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The files that pages load, under addresses that change with what is in them, so that a browser
/// keeps them for good.
final class Assets {
  static final String FOLDER = Visit.ROOT + "/assets/";
  private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.7/dist/htmx.min.js";
  private static final String SCRIPT_TYPE = "text/javascript; charset=utf-8";
  private static final int TAG_BYTES = 8;

  private final Map<String, Asset> assets = new LinkedHashMap<>();
  private final View.Assets addresses;

  private record Asset(String type, RawBody body) {}

  Assets() {
    addresses =
        new View.Assets(
            add("console.css", "text/css; charset=utf-8", "console.css"),
            add("console.js", SCRIPT_TYPE, "console.js"),
            add("htmx.js", SCRIPT_TYPE, HTMX),
            add("tidemark.svg", "image/svg+xml", "tidemark.svg"));
  }

  View.Assets addresses() {
    return addresses;
  }

  /// The file at an address; empty when there is none.
  Optional<RawAnswer> find(String path) {
    return Optional.ofNullable(assets.get(path))
        .map(
            asset ->
                new RawAnswer(
                    Status.OK,
                    Map.of(
                        "Content-Type",
                        asset.type(),
                        "Cache-Control",
                        "public, max-age=31536000, immutable",
                        "X-Content-Type-Options",
                        "nosniff"),
                    asset.body()));
  }

  private String add(String name, String type, String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing in this build");
      }
      byte[] bytes = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      String path = FOLDER + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + "/" + name;
      assets.put(path, new Asset(type, new RawBody(bytes)));
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
