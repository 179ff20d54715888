package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdEndpoint;
import io.tidemark.agent.source.SourceAddress.FileOrDevice;
import io.tidemark.agent.source.SourceAddress.InstantPromise;
import io.tidemark.agent.source.SourceAddress.Nbd;
import io.tidemark.agent.source.SourceAddress.Qemu;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The one reader and writer of source addresses.
final class SourceSyntax {
  static final String NBD_FORM = "nbd://HOST:PORT/EXPORT";
  static final String NBD_UNIX_FORM = "nbd+unix:///EXPORT?socket=PATH";
  static final String QEMU_FORM = "qemu:/QMP.SOCK#NODE";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");

  /// QEMU takes no other names.
  private static final Pattern NODE = Pattern.compile("[A-Za-z#][A-Za-z0-9._#-]{0,30}");

  private static final String CERTIFICATES = "tls-certificates";
  private static final String INSTANT = "instant";
  private static final String PROMISED = "promised";
  private static final String SOCKET = "socket";
  private static final String SCRATCH = "scratch";
  private static final String SERVER = "nbd";

  private SourceSyntax() {}

  static boolean isPath(String text) {
    String scheme = scheme(text);
    return scheme.isEmpty()
        || (!text.contains("://") && !List.of("nbd", "nbd+unix", "qemu").contains(scheme));
  }

  private static String scheme(String text) {
    var matcher = SCHEME.matcher(text);
    return matcher.matches() ? matcher.group(1) : "";
  }

  static SourceAddress parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("The source is empty; wanted " + forms());
    }
    if (isPath(text)) {
      return new FileOrDevice(path(text, text));
    }
    return switch (scheme(text)) {
      case "nbd" -> nbd(text, uri(text, NBD_FORM));
      case "nbd+unix" -> nbdUnix(text, uri(text, NBD_UNIX_FORM));
      case "qemu" -> qemu(text, uri(text, QEMU_FORM));
      case "nbds", "nbds+unix" ->
          throw wrong(
              text,
              "TLS is asked for with ?tls-certificates=FOLDER",
              NBD_FORM + "?tls-certificates=FOLDER");
      case String scheme -> throw wrong(text, "there are no sources '" + scheme + ":'", forms());
    };
  }

  private static String forms() {
    return "a path, " + NBD_FORM + ", " + NBD_UNIX_FORM + " or " + QEMU_FORM;
  }

  private static SourceAddress nbd(String text, URI uri) {
    requireNoFragment(text, uri, NBD_FORM);
    Map<String, String> options = options(text, uri, List.of(CERTIFICATES, INSTANT), NBD_FORM);
    String host = uri.getHost();
    if (host == null || uri.getUserInfo() != null) {
      throw wrong(text, "it names no host", NBD_FORM);
    }
    int port = uri.getPort() == -1 ? NbdEndpoint.USUAL_PORT : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw wrong(text, "there is no port " + port, NBD_FORM);
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Nbd(
        new NbdEndpoint.Tcp(bare, port),
        export(uri),
        certificates(text, options),
        promise(text, options));
  }

  private static SourceAddress nbdUnix(String text, URI uri) {
    requireNoFragment(text, uri, NBD_UNIX_FORM);
    Map<String, String> options =
        options(text, uri, List.of(SOCKET, CERTIFICATES, INSTANT), NBD_UNIX_FORM);
    if (uri.getRawAuthority() != null) {
      throw wrong(text, "a host has no place in it: three slashes follow the colon", NBD_UNIX_FORM);
    }
    String socket = options.get(SOCKET);
    if (socket == null) {
      throw wrong(text, "it names no socket", NBD_UNIX_FORM);
    }
    return new Nbd(
        new NbdEndpoint.Unix(absolute(text, socket)),
        export(uri),
        certificates(text, options),
        promise(text, options));
  }

  private static SourceAddress qemu(String text, URI uri) {
    String form = QEMU_FORM + ", with ?scratch=FOLDER&nbd=PATH before the # where needed";
    Map<String, String> options = options(text, uri, List.of(SCRATCH, SERVER), form);
    if (uri.getRawAuthority() != null || uri.getPath() == null || uri.getPath().isEmpty()) {
      throw wrong(text, "it names no QMP socket by its absolute path", form);
    }
    String node = uri.getFragment();
    if (node == null || node.isEmpty()) {
      throw wrong(text, "it names no block node", form);
    }
    if (!NODE.matcher(node).matches()) {
      throw wrong(text, "'" + node + "' is no name of a block node", form);
    }
    return new Qemu(
        absolute(text, uri.getPath()),
        node,
        Optional.ofNullable(options.get(SCRATCH))
            .map(folder -> absolute(text, folder))
            .orElse(Qemu.USUAL_SCRATCH),
        Optional.ofNullable(options.get(SERVER)).map(socket -> absolute(text, socket)));
  }

  private static URI uri(String text, String form) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(text, e.getReason() + " at character " + (e.getIndex() + 1), form);
    }
  }

  private static void requireNoFragment(String text, URI uri, String form) {
    if (uri.getRawFragment() != null) {
      throw wrong(text, "a '#' has no place in it (a name's own is written %23)", form);
    }
  }

  private static String export(URI uri) {
    String path = uri.getPath();
    return path == null || path.isEmpty() ? "" : path.substring(1);
  }

  private static Map<String, String> options(
      String text, URI uri, List<String> known, String form) {
    Map<String, String> options = new TreeMap<>();
    String query = uri.isOpaque() || uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String option : query.split("&", -1)) {
      if (option.isEmpty()) {
        continue;
      }
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (!known.contains(name)) {
        throw wrong(
            text, "there is no '" + name + "' here, only " + String.join(", ", known), form);
      }
      String value = equals < 0 ? "" : decode(option.substring(equals + 1));
      if (value.isEmpty() || options.put(name, value) != null) {
        throw wrong(text, "'" + name + "' has no value, or two", form);
      }
    }
    return options;
  }

  /// A plus is a plus: these are no forms.
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Optional<Path> certificates(String text, Map<String, String> options) {
    return Optional.ofNullable(options.get(CERTIFICATES)).map(folder -> absolute(text, folder));
  }

  private static InstantPromise promise(String text, Map<String, String> options) {
    String promise = options.get(INSTANT);
    if (promise == null) {
      return InstantPromise.NONE;
    }
    if (!promise.equals(PROMISED)) {
      throw wrong(text, "'" + INSTANT + "' can only be '" + PROMISED + "'", NBD_FORM);
    }
    return InstantPromise.GIVEN;
  }

  private static Path absolute(String text, String path) {
    Path found = path(text, path);
    if (!found.isAbsolute()) {
      throw new IllegalArgumentException(
          "'" + shown(text) + "': '" + shown(path) + "' is no absolute path");
    }
    return found.normalize();
  }

  private static Path path(String text, String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + shown(text) + "' is no path: " + e.getReason(), e);
    }
  }

  private static IllegalArgumentException wrong(String text, String why, String form) {
    return new IllegalArgumentException(
        "'" + shown(text) + "' is no source: " + why + ". Wanted: " + form);
  }

  private static String shown(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static String text(Nbd nbd) {
    List<String> options = new ArrayList<>();
    String address =
        switch (nbd.endpoint()) {
          case NbdEndpoint.Tcp tcp -> "nbd://" + tcp + "/" + encode(nbd.export());
          case NbdEndpoint.Unix(Path socket) -> {
            options.add(SOCKET + "=" + encode(socket.toString()));
            yield "nbd+unix:///" + encode(nbd.export());
          }
        };
    nbd.certificates().ifPresent(folder -> options.add(CERTIFICATES + "=" + encode(folder + "")));
    switch (nbd.promise()) {
      case NONE -> {}
      case GIVEN -> options.add(INSTANT + "=" + PROMISED);
    }
    return address + query(options);
  }

  static String text(Qemu qemu) {
    List<String> options = new ArrayList<>();
    if (!qemu.scratch().equals(Qemu.USUAL_SCRATCH)) {
      options.add(SCRATCH + "=" + encode(qemu.scratch().toString()));
    }
    qemu.server().ifPresent(socket -> options.add(SERVER + "=" + encode(socket.toString())));
    return "qemu:" + encode(qemu.monitor().toString()) + query(options) + "#" + encode(qemu.node());
  }

  private static String query(List<String> options) {
    return options.isEmpty() ? "" : "?" + String.join("&", options);
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean isPlain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~/:@".indexOf(c) >= 0;
      encoded.append(isPlain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }
}
