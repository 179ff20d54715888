package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The package for Lambda as Lambda's managed Java runtime starts it: unpacked, on the class path
/// with the runtime interface client alone, asking the runtime API for events.
class LambdaIT {
  private static final Path PACKAGE =
      Path.of("..", "..", "functions", "target", "tidemark-functions-lambda.zip");
  private static final String TOKEN = "the-secret-of-an-operator";
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;
  private LocalServer store;
  private LambdaRuntimeApi api;

  @BeforeEach
  void start() throws IOException {
    store = LocalServer.start(LocalData.open(folder.resolve("s3"), new SecureRandom()), 0);
    api = new LambdaRuntimeApi();
    Path image = Files.write(folder.resolve("web.img"), new byte[1 << 20]);
    tidemark("repository", "init");
    tidemark("volume", "add", "web", image.toString());
    tidemark("snapshot", "create", "web", "--name", "one");
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    store.close();
  }

  @Test
  void answersGatewaysAndFunctionUrls() throws Exception {
    Process function = run(Map.of("TIDEMARK_TOKENS", "operator me " + TOKEN));
    try {
      JsonNode two =
          call(
              """
              {"version": "2.0", "rawPath": "/v1/snapshots", "rawQueryString": "volume=web",
               "headers": {"authorization": "Bearer %s", "accept": "*/*"},
               "requestContext": {"stage": "$default", "http": {"method": "GET"}}}
              """);
      JsonNode one =
          call(
              """
              {"version": "1.0", "httpMethod": "PATCH", "path": "/v1/snapshots/web@one",
               "multiValueHeaders": {"Authorization": ["Bearer %s"]},
               "body": "{\\"name\\": \\"two\\"}", "isBase64Encoded": false,
               "requestContext": {"stage": "prod"}}
              """);
      JsonNode nobody =
          call(
              """
              {"version": "2.0", "rawPath": "/v1/snapshots", "rawQueryString": "",
               "headers": {}, "requestContext": {"http": {"method": "DELETE"}}}
              """);

      JsonNode cbs =
          call(
              """
              {"version": "2.0", "rawPath": "/", "rawQueryString": "",
               "headers": {"x-tc-action": "DescribeSnapshots", "x-tc-language": "zh-CN"},
               "body": "{}", "requestContext": {"stage": "$default", "http": {"method": "POST"}}}
              """);

      assertThat(cbs.path("statusCode").asInt()).as(cbs.toString()).isEqualTo(200);
      assertThat(cbs.path("headers").path("Content-Type").asString()).isEqualTo("application/json");
      assertThat(
              JSON.readTree(cbs.path("body").asString())
                  .path("Response")
                  .path("Error")
                  .path("Code")
                  .asString())
          .isEqualTo("AuthFailure.InvalidAuthorization");
      assertThat(two.path("statusCode").asInt()).as(two.toString()).isEqualTo(200);
      assertThat(two.path("headers").path("Content-Type").asString()).isEqualTo("application/json");
      assertThat(
              JSON.readTree(two.path("body").asString())
                  .path("snapshots")
                  .findValuesAsString("name"))
          .containsExactly("one");
      assertThat(one.path("statusCode").asInt()).as(one.toString()).isEqualTo(200);
      assertThat(JSON.readTree(one.path("body").asString()).path("name").asString())
          .isEqualTo("two");
      assertThat(nobody.path("statusCode").asInt()).isEqualTo(401);
    } finally {
      stop(function);
    }
  }

  @Test
  void runsScheduledFunctions() throws Exception {
    Process function = run(Map.of("TIDEMARK_FUNCTION", "collect"));
    try {
      JsonNode rule =
          call(
              """
              {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event",
               "detail": {}}
              """);
      JsonNode named = call("{\"function\": \"index-sweep\"}");

      assertThat(rule.path("function").asString()).as(rule.toString()).isEqualTo("collect");
      assertThat(rule.path("counts").path("volumes").asInt()).isEqualTo(1);
      assertThat(named.path("function").asString()).isEqualTo("index-sweep");
    } finally {
      stop(function);
    }
  }

  private JsonNode call(String event) throws InterruptedException {
    return JSON.readTree(api.call(event.replace("%s", TOKEN)));
  }

  private Process run(Map<String, String> more) throws Exception {
    Path task = unpack();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            Stream.of(
                    task.toString(),
                    task.resolve("lib").resolve("*").toString(),
                    jar(AWSLambda.class),
                    jar(Context.class),
                    jar(PojoSerializer.class))
                .collect(Collectors.joining(File.pathSeparator)),
            AWSLambda.class.getName(),
            "io.tidemark.functions.lambda.LambdaHandler");
    builder.environment().keySet().removeIf(name -> name.startsWith("TIDEMARK_"));
    builder.environment().putAll(store.environment());
    builder.environment().putAll(more);
    builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
    builder.environment().put("AWS_LAMBDA_FUNCTION_NAME", "tidemark");
    builder.environment().put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    builder.environment().put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("lambda.log").toFile());
    return builder.start();
  }

  private void stop(Process function) throws Exception {
    function.destroy();
    if (!function.waitFor(20, TimeUnit.SECONDS)) {
      function.destroyForcibly();
    }
    String log = Files.readString(folder.resolve("lambda.log"));
    assertThat(log).doesNotContain(TOKEN, "Exception");
  }

  private Path unpack() throws IOException {
    Path task = Files.createDirectory(folder.resolve("task"));
    try (InputStream in = Files.newInputStream(PACKAGE);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = task.resolve(entry.getName()).normalize();
        if (!entry.isDirectory()) {
          Files.createDirectories(path.getParent());
          Files.copy(zip, path);
        }
      }
    }
    return task;
  }

  private static String jar(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private void tidemark(String... command) {
    Map<String, String> variables = new HashMap<>(new TreeMap<>(store.environment()));
    variables.put("TIDEMARK_STATE", folder.resolve("state").toString());
    int status = Tidemark.run(CommandEnvironment.ofThisProcess().withVariables(variables), command);
    assertThat(status).as(String.join(" ", command)).isZero();
  }
}
