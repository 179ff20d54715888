package io.tidemark.repository.store.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 line to a server that goes wrong as it is told, and remembers every request. Without
/// a server each request has to meet a planned [Trouble.Answer].
public final class FaultyLine implements AutoCloseable {
  private static final Pattern DATE = Pattern.compile("(?i)(\r\ndate: )([^\r]*)");

  private final @Nullable URI upstream;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Planned> plan = new ArrayList<>();
  private final List<Request> requests = new ArrayList<>();
  private volatile Duration ahead = Duration.ZERO;

  private record Planned(String start, Trouble trouble) {}

  /// One request as it came.
  ///
  /// @param line like `PUT /bucket/key HTTP/1.1`
  /// @param headers by lower-case name
  @SuppressWarnings("ArrayRecordComponent")
  public record Request(String line, Map<String, String> headers, byte[] body) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Head(byte[] bytes, String line, Map<String, String> headers) {
    int bodyBytes() {
      return Integer.parseInt(headers.getOrDefault("content-length", "0"));
    }
  }

  private FaultyLine(@Nullable URI upstream) {
    this.upstream = upstream;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public static FaultyLine to(URI server) {
    return new FaultyLine(server);
  }

  public static FaultyLine toNobody() {
    return new FaultyLine(null);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /// Plans `trouble` for the next request whose line starts so, like `PUT`; the first planned comes
  /// first.
  public synchronized void plan(String start, Trouble trouble) {
    plan.add(new Planned(start, trouble));
  }

  /// The requests so far whose line starts so.
  public synchronized List<Request> requests(String start) {
    return requests.stream().filter(each -> each.line().startsWith(start)).toList();
  }

  /// From now on the server's clock, as its replies' `Date` tells it, is so far ahead of the real
  /// one. What it says of the age of objects stays.
  public void putClockAhead(Duration span) {
    ahead = span;
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket each : open) {
      each.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (upstream == null) {
        serve(client, null);
      } else {
        try (Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
          open.add(server);
          serve(client, server);
        }
      }
    } catch (IOException _) {
      // One of the two hung up.
    }
  }

  private void serve(Socket client, @Nullable Socket server) throws IOException {
    InputStream fromClient = new BufferedInputStream(client.getInputStream());
    while (true) {
      Head head = readHead(fromClient);
      if (head.headers().containsKey("expect")) {
        client.getOutputStream().write(utf8("HTTP/1.1 100 Continue\r\n\r\n"));
      }
      byte[] body = readBody(fromClient, head.bodyBytes());
      Optional<Trouble> trouble = next(new Request(head.line(), head.headers(), body));
      if (!serve(client, server, head, body, trouble)) {
        return;
      }
    }
  }

  /// Returns whether the connection stands.
  private boolean serve(
      Socket client, @Nullable Socket server, Head head, byte[] body, Optional<Trouble> trouble)
      throws IOException {
    OutputStream toClient = client.getOutputStream();
    switch (trouble.orElse(null)) {
      case Trouble.CutBefore _ -> {
        return false;
      }
      case Trouble.Answer answer -> {
        answer(toClient, answer);
        return true;
      }
      case Trouble.CutInRequest cut -> {
        OutputStream toServer = to(server);
        toServer.write(withoutExpect(head));
        toServer.write(body, 0, cut.bodyBytes());
        return false;
      }
      case Trouble.TurnBit turn -> {
        body[turn.offsetBytes()] ^= 1;
        return relay(toClient, exchange(server, head, body));
      }
      case Trouble.CutAfter _ -> {
        exchange(server, head, body);
        return false;
      }
      case Trouble.Stall _ -> {
        if (server != null) {
          exchange(server, head, body);
        }
        awaitClose();
        return false;
      }
      case Trouble.CutInReply cut -> {
        byte[] reply = exchange(server, head, body);
        toClient.write(reply, 0, endOfHead(reply) + cut.bodyBytes());
        return false;
      }
      case null -> {
        return relay(toClient, exchange(server, head, body));
      }
    }
  }

  /// A server that names no length, or says so, ends its reply by hanging up.
  private boolean relay(OutputStream toClient, byte[] original) throws IOException {
    byte[] reply = withClockAhead(original);
    toClient.write(reply);
    String head =
        new String(reply, 0, endOfHead(reply), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return !head.contains("connection: close")
        && (head.contains("content-length:") || head.contains("transfer-encoding: chunked"));
  }

  private byte[] withClockAhead(byte[] reply) {
    if (ahead.isZero()) {
      return reply;
    }
    int end = endOfHead(reply);
    Matcher date = DATE.matcher(new String(reply, 0, end, StandardCharsets.ISO_8859_1));
    byte[] head =
        utf8(
            date.replaceFirst(
                found ->
                    found.group(1)
                        + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            ZonedDateTime.parse(
                                    found.group(2), DateTimeFormatter.RFC_1123_DATE_TIME)
                                .plus(ahead))));
    byte[] moved = Arrays.copyOf(head, head.length + reply.length - end);
    System.arraycopy(reply, end, moved, head.length, reply.length - end);
    return moved;
  }

  private synchronized Optional<Trouble> next(Request request) {
    requests.add(request);
    for (Iterator<Planned> each = plan.iterator(); each.hasNext(); ) {
      Planned planned = each.next();
      if (request.line().startsWith(planned.start())) {
        each.remove();
        return Optional.of(planned.trouble());
      }
    }
    return Optional.empty();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] exchange(@Nullable Socket server, Head head, byte[] body)
      throws IOException {
    if (server == null) {
      throw new IOException("Nothing was planned for this request, and nobody listens");
    }
    OutputStream toServer = server.getOutputStream();
    toServer.write(withoutExpect(head));
    toServer.write(body);
    toServer.flush();
    return readReply(server.getInputStream(), head.line().startsWith("HEAD "));
  }

  private static OutputStream to(@Nullable Socket server) throws IOException {
    if (server == null) {
      throw new IOException("Nothing was planned for this request, and nobody listens");
    }
    return server.getOutputStream();
  }

  /// The line has asked for the body itself; the signature does not cover `Expect`.
  private static byte[] withoutExpect(Head head) {
    return utf8(
        new String(head.bytes(), StandardCharsets.ISO_8859_1)
            .replaceFirst("(?i)\r\nexpect: [^\r]*", ""));
  }

  private static void answer(OutputStream toClient, Trouble.Answer answer) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Answer\r\n");
    answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: " + answer.body().length + "\r\n\r\n");
    toClient.write(utf8(head.toString()));
    toClient.write(answer.body());
    toClient.flush();
  }

  private static byte[] readReply(InputStream from, boolean bodiless) throws IOException {
    Head head = readHead(from);
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    reply.writeBytes(head.bytes());
    int status = Integer.parseInt(head.line().split(" ", 3)[1]);
    if (bodiless || status == 204 || status == 304) {
      return reply.toByteArray();
    }
    if (head.headers().getOrDefault("transfer-encoding", "").equals("chunked")) {
      String size;
      do {
        size = readLine(from);
        reply.writeBytes(utf8(size + "\r\n"));
        reply.writeBytes(readBody(from, Integer.parseInt(size.strip(), 16) + 2));
      } while (!size.strip().equals("0"));
    } else if (head.headers().containsKey("content-length")) {
      reply.writeBytes(readBody(from, head.bodyBytes()));
    } else {
      reply.writeBytes(from.readAllBytes());
    }
    return reply.toByteArray();
  }

  private static Head readHead(InputStream from) throws IOException {
    StringBuilder bytes = new StringBuilder();
    Map<String, String> headers = new TreeMap<>();
    String first = readLine(from);
    bytes.append(first).append("\r\n");
    for (String line = readLine(from); !line.isEmpty(); line = readLine(from)) {
      bytes.append(line).append("\r\n");
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(
        bytes.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), first, headers);
  }

  private static String readLine(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = from.read(); b != '\n'; b = from.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private static byte[] readBody(InputStream from, int length) throws IOException {
    byte[] body = from.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    return body;
  }

  private static int endOfHead(byte[] reply) {
    return new String(reply, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
