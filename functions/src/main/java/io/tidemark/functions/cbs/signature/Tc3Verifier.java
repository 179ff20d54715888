package io.tidemark.functions.cbs.signature;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.KeyHolder;
import io.tidemark.functions.access.SigningKey;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.signature.CanonicalRequest.Values;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.http.RawRequest;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// Finds out who signed a request.
public final class Tc3Verifier {
  /// How far a request's time may be from this clock's, either way.
  static final Duration WINDOW = Duration.ofMinutes(5);

  private final Tokens tokens;
  private final List<String> otherHosts;

  /// @param otherHosts under which clients may know this server while they connect to another
  ///   address: behind a proxy, or with an SDK's gateway option
  public Tc3Verifier(Tokens tokens, List<String> otherHosts) {
    this.tokens = tokens;
    this.otherHosts = List.copyOf(otherHosts);
  }

  /// Whether a request means to be signed so.
  public static boolean isSigned(RawRequest request) {
    return request
        .header("Authorization")
        .filter(text -> text.startsWith(Tc3Authorization.ALGORITHM))
        .isPresent();
  }

  /// @param now by this server's clock
  /// @throws CbsException with the API's code when nobody who is let in signed it, or not now
  public Caller verify(RawRequest request, Instant now) {
    Tc3Authorization authorization =
        request
            .header("Authorization")
            .flatMap(Tc3Authorization::parse)
            .orElseThrow(
                () ->
                    new CbsException(
                        "AuthFailure.InvalidAuthorization",
                        "The header `Authorization` is not one of TC3-HMAC-SHA256 that signs"
                            + " content-type and host.",
                        "请求头部的 `Authorization` 不符合 TC3-HMAC-SHA256 签名方法的格式，且须签名"
                            + " content-type 和 host。"));
    if (request.header("X-TC-Token").filter(token -> !token.isBlank()).isPresent()) {
      throw new CbsException(
          "AuthFailure.TokenFailure",
          "There are no temporary credentials here; leave out `X-TC-Token`.",
          "此服务不支持临时凭证，请去掉 `X-TC-Token`。");
    }
    String timestamp = timestamp(request);
    KeyHolder holder =
        tokens
            .holder(authorization.secretId())
            .orElseThrow(
                () ->
                    new CbsException(
                        "AuthFailure.SecretIdNotFound",
                        "The SecretId is not one of those that are let in here.",
                        "密钥不存在，请检查 SecretId 是否正确。"));
    requireNow(timestamp, authorization, now);
    if (!isSignedBy(holder.key(), request, authorization, timestamp)) {
      throw new CbsException(
          "AuthFailure.SignatureFailure",
          "The signature does not fit the request. Check the SecretKey, and the address that the"
              + " request was signed for.",
          "签名验证失败，请检查 SecretKey 以及参与签名的请求地址是否正确。");
    }
    return holder.caller();
  }

  private static String timestamp(RawRequest request) {
    String timestamp =
        request
            .header("X-TC-Timestamp")
            .orElseThrow(
                () ->
                    new CbsException(
                        "MissingParameter",
                        "The header `X-TC-Timestamp` is missing.",
                        "缺少公共参数 `X-TC-Timestamp`。"));
    if (!timestamp.matches("[0-9]{1,11}")) {
      throw new CbsException(
          "InvalidParameter",
          "The header `X-TC-Timestamp` is not a number of seconds since 1970.",
          "公共参数 `X-TC-Timestamp` 应为 UNIX 时间戳（秒）。");
    }
    return timestamp;
  }

  private static void requireNow(String timestamp, Tc3Authorization authorization, Instant now) {
    Instant signedAt = Instant.ofEpochSecond(Long.parseLong(timestamp));
    if (Duration.between(signedAt, now).abs().compareTo(WINDOW) > 0) {
      throw new CbsException(
          "AuthFailure.SignatureExpire",
          "The request was signed at "
              + timestamp
              + ", more than five minutes from this server's time, "
              + now.getEpochSecond()
              + ". Set the clock.",
          "签名过期：请求时间 " + timestamp + " 与服务器时间 " + now.getEpochSecond() + " 相差超过五分钟，请校准时钟。");
    }
    if (!isDateOf(signedAt, authorization.date())) {
      throw new CbsException(
          "AuthFailure.SignatureFailure",
          "The date in the credential scope is not that of `X-TC-Timestamp` in UTC.",
          "凭证范围中的日期与 `X-TC-Timestamp` 的 UTC 日期不一致。");
    }
  }

  private static boolean isDateOf(Instant signedAt, String date) {
    try {
      return signedAt.atZone(ZoneOffset.UTC).toLocalDate().toString().equals(date);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private boolean isSignedBy(
      SigningKey key, RawRequest request, Tc3Authorization authorization, String timestamp) {
    byte[] shown = HexFormat.of().parseHex(authorization.signature());
    Set<String> canonical = new LinkedHashSet<>();
    for (String host : hosts(request)) {
      for (Values values : Values.values()) {
        canonical.add(CanonicalRequest.hash(request, authorization.signedHeaders(), host, values));
      }
    }
    boolean found = false;
    for (String hash : canonical) {
      String text =
          String.join("\n", Tc3Authorization.ALGORITHM, timestamp, authorization.scope(), hash);
      byte[] expected =
          key.sign(
              "TC3", List.of(authorization.date(), authorization.service(), "tc3_request"), text);
      found |= MessageDigest.isEqual(expected, shown);
    }
    return found;
  }

  /// Every name under which the client may have signed for this server. One SDK signs without the
  /// port that it sends.
  private SequencedSet<String> hosts(RawRequest request) {
    SequencedSet<String> hosts = new LinkedHashSet<>();
    Optional<String> sent = request.header("Host");
    if (sent.isPresent()) {
      hosts.add(sent.get());
      hosts.add(sent.get().replaceFirst(":[0-9]{1,5}$", ""));
    }
    hosts.addAll(otherHosts);
    return hosts;
  }
}
