package io.tidemark.repository.store.s3;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a [FaultyLine] does with one request.
public sealed interface Trouble {

  /// The connection breaks before the server hears of the request.
  record CutBefore() implements Trouble {}

  /// The connection breaks after so many bytes of the request's body.
  record CutInRequest(int bodyBytes) implements Trouble {}

  /// The server does what it is asked; the connection breaks before a byte of its reply.
  record CutAfter() implements Trouble {}

  /// The connection breaks after so many bytes of the reply's body.
  record CutInReply(int bodyBytes) implements Trouble {}

  /// The server does what it is asked; no reply comes, and the connection stays.
  record Stall() implements Trouble {}

  /// One bit of the request's body turns over on the way.
  record TurnBit(int offsetBytes) implements Trouble {}

  /// Somebody else answers; the server hears nothing.
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, Map<String, String> headers, byte[] body) implements Trouble {

    /// An error as S3 words it.
    public static Answer error(int status, String code) {
      return xml(
          status, "<Error><Code>" + code + "</Code><Message>Said " + code + ".</Message></Error>");
    }

    public static Answer xml(int status, String body) {
      return new Answer(
          status,
          Map.of("Content-Type", "application/xml", "Server", "Stub"),
          ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body).getBytes(StandardCharsets.UTF_8));
    }

    public static Answer html(int status, String body) {
      return new Answer(
          status, Map.of("Content-Type", "text/html"), body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
