package io.tidemark.functions.wakeup;

import io.tidemark.repository.journal.repository.Host;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wakes agents up over HTTP: one call at a time to each, however many requests wait for it, and
/// one more once the last came after the call had begun. Follows no redirect, shows no token, and
/// reads nothing of the answer.
public final class WakeUpCalls implements Consumer<Host>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WakeUpCalls.class);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
  private static final Duration END_WITHIN = Duration.ofSeconds(2);

  /// More hosts than are ever asked at the same moment; those beyond wait for their own look.
  private static final int MOST_AT_ONCE = 64;

  /// Whether a call that is under way is to be followed by another.
  private enum Next {
    NONE,
    ONE
  }

  // Guarded by this, and so are the others.
  private final Map<URI, Next> calls = new HashMap<>();
  private @Nullable HttpClient client;
  private boolean closed;

  /// Calls the agent of a host, if it can be reached; returns at once.
  @Override
  public void accept(Host host) {
    host.wakeUp().flatMap(WakeUpAddress::of).ifPresent(this::call);
  }

  private synchronized void call(URI address) {
    if (closed) {
      return;
    }
    if (calls.containsKey(address)) {
      calls.put(address, Next.ONE);
    } else if (calls.size() < MOST_AT_ONCE) {
      calls.put(address, Next.NONE);
      send(address);
    }
  }

  private void send(URI address) {
    try {
      CompletableFuture<HttpResponse<Void>> answer =
          client()
              .sendAsync(
                  HttpRequest.newBuilder(address)
                      .timeout(END_WITHIN)
                      .POST(HttpRequest.BodyPublishers.noBody())
                      .build(),
                  HttpResponse.BodyHandlers.discarding());
      CompletableFuture<HttpResponse<Void>> _ =
          answer
              .copy()
              // An answer without end has one here.
              .orTimeout(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete((done, failure) -> ended(address, answer, done, failure));
    } catch (RuntimeException e) {
      // Not even a request: nobody else is to suffer.
      calls.remove(address);
      LOG.debug("{} cannot be called", address, e);
    }
  }

  private void ended(
      URI address,
      CompletableFuture<HttpResponse<Void>> answer,
      @Nullable HttpResponse<Void> done,
      @Nullable Throwable failure) {
    if (failure == null && done != null) {
      LOG.debug("{} was called and said {}", address, done.statusCode());
    } else {
      boolean _ = answer.cancel(true);
      LOG.debug("{} could not be called: {}", address, String.valueOf(failure));
    }
    synchronized (this) {
      boolean again = calls.remove(address) == Next.ONE && failure == null && !closed;
      if (again) {
        call(address);
      }
      notifyAll();
    }
  }

  /// Made for the first call: many a process makes none.
  private HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_WITHIN)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .build();
      client = made;
    }
    return made;
  }

  /// Lets the calls end that are under way, for which they have little time.
  @Override
  public void close() {
    HttpClient last;
    synchronized (this) {
      closed = true;
      long end = System.nanoTime() + END_WITHIN.toNanos();
      try {
        for (long left = end - System.nanoTime();
            !calls.isEmpty() && left > 0;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      last = client;
    }
    if (last != null) {
      last.shutdownNow();
    }
  }
}
