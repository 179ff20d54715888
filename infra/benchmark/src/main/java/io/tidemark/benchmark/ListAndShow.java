package io.tidemark.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/// Asks functions for lists and snapshots, many clients at once, and says how many answers a second
/// they gave and how long one took.
final class ListAndShow {
  private static final Pattern ID = Pattern.compile("\"id\":\"(snap-[0-9a-f]{17})\"");
  private static final Pattern VOLUME = Pattern.compile("\"name\":\"(v[0-9]+)\"");
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");
  private static final int MOST_IDS = 2_000;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI functions;
  private final String token;

  private ListAndShow(URI functions, String token) {
    this.functions = functions;
    this.token = token;
  }

  /// `ListAndShow ADDRESS CLIENTS SECONDS`, with the token in `TIDEMARK_TOKEN`.
  public static void main(String[] arguments) throws Exception {
    String token = System.getenv("TIDEMARK_TOKEN");
    if (arguments.length != 3 || token == null) {
      throw new IllegalArgumentException("ADDRESS CLIENTS SECONDS, and TIDEMARK_TOKEN");
    }
    ListAndShow load = new ListAndShow(URI.create(arguments[0]), token);
    int clients = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    List<String> volumes = load.findAll("/v1/volumes?limit=100", VOLUME);
    List<String> snapshots = load.findAll("/v1/snapshots?limit=100", ID);
    System.out.printf(
        "%-34s %12s %10s %10s%n", clients + " clients", "answers/s", "p50 ms", "p99 ms");
    load.measure("list, newest 20 of all", clients, seconds, _ -> "/v1/snapshots?limit=20");
    load.measure(
        "list, newest 20 of one volume",
        clients,
        seconds,
        random -> "/v1/snapshots?limit=20&volume=" + any(volumes, random));
    load.measure("show", clients, seconds, random -> "/v1/snapshots/" + any(snapshots, random));
  }

  private static String any(List<String> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }

  /// What a pattern finds on the pages of a list.
  private List<String> findAll(String path, Pattern pattern) throws Exception {
    List<String> found = new ArrayList<>();
    String cursor = "";
    do {
      String page = ask(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      Matcher each = pattern.matcher(page);
      while (each.find()) {
        found.add(each.group(1));
      }
      Matcher next = NEXT.matcher(page);
      cursor = next.find() ? next.group(1) : "";
    } while (!cursor.isEmpty() && found.size() < MOST_IDS);
    if (found.isEmpty()) {
      throw new IllegalStateException("There is nothing at " + path);
    }
    return found;
  }

  private String ask(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(functions.resolve(path))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /// Once to warm up, once to measure.
  private void measure(
      String name, int clients, int seconds, Function<RandomGenerator, String> paths)
      throws Exception {
    long[] _ = nanos(clients, Math.max(1, seconds / 2), paths);
    long begin = System.nanoTime();
    long[] nanos = nanos(clients, seconds, paths);
    double took = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%-34s %12.0f %10.1f %10.1f%n",
        name, nanos.length / took, percentile(nanos, 50), percentile(nanos, 99));
  }

  private static double percentile(long[] sortedNanos, int percent) {
    int rank = (int) Math.ceil(sortedNanos.length * percent / 100.0);
    return sortedNanos[Math.max(0, rank - 1)] / 1e6;
  }

  /// How long each answer took, the shortest first.
  private long[] nanos(int clients, int seconds, Function<RandomGenerator, String> paths)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Callable<List<Long>>> tasks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      RandomGenerator random = new SplittableRandom(i);
      tasks.add(
          () -> {
            List<Long> took = new ArrayList<>();
            while (System.nanoTime() < end) {
              long begin = System.nanoTime();
              String _ = ask(paths.apply(random));
              took.add(System.nanoTime() - begin);
            }
            return took;
          });
    }
    LongStream.Builder all = LongStream.builder();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Long>> task : threads.invokeAll(tasks)) {
        task.get().forEach(all::add);
      }
    }
    return all.build().sorted().toArray();
  }
}
