package io.tidemark.functions.wiring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser, as far as the console's server sees one.
final class Visitor {
  private static final Pattern FORM_KEY =
      Pattern.compile("name=\"form-key\" value=\"([0-9a-f]+)\"");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> cookies = new TreeMap<>();
  private final URI server;
  private final String language;
  private String formKey = "";

  Visitor(URI server, String language) {
    this.server = server;
    this.language = language;
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  /// Sends a form with the key of the page that was seen last.
  HttpResponse<String> post(String path, String fields) throws Exception {
    return postBare(path, fields + "&form-key=" + formKey);
  }

  /// The same, said by the browser to come from there.
  HttpResponse<String> postFrom(String site, String path, String fields) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", site)
            .POST(HttpRequest.BodyPublishers.ofString(fields + "&form-key=" + formKey)));
  }

  /// The key of the page that was seen last.
  String formKey() {
    return formKey;
  }

  String cookie(String name) {
    return cookies.getOrDefault(name, "");
  }

  void bring(String name, String value) {
    cookies.put(name, value);
  }

  HttpResponse<String> postBare(String path, String fields) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(fields)));
  }

  HttpResponse<String> signIn(String token) throws Exception {
    get("/console/sign-in");
    HttpResponse<String> answer = post("/console/sign-in", "token=" + token);
    if (answer.statusCode() == 303) {
      get("/console/overview");
    }
    return answer;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .timeout(Duration.ofSeconds(30))
        .header("Accept-Language", language)
        .header(
            "Cookie",
            cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; ")));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    for (String set : answer.headers().allValues("Set-Cookie")) {
      String[] cookie = set.split(";", 2)[0].split("=", 2);
      cookies.put(cookie[0], cookie[1]);
    }
    Matcher key = FORM_KEY.matcher(answer.body());
    if (key.find()) {
      formKey = key.group(1);
    }
    return answer;
  }
}
