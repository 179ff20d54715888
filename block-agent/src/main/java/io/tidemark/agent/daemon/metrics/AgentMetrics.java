package io.tidemark.agent.daemon.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.IntSupplier;

/// Counts what an agent does and writes it down in the text format of Prometheus. Safe for many
/// threads.
public final class AgentMetrics {
  /// Of the text that [#text] gives.
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge lastSuccess =
      gauge("tidemark_snapshot_last_success_timestamp_seconds", "When the newest READY one ended.");
  private final Gauge lastDuration =
      gauge("tidemark_snapshot_last_duration_seconds", "How long the newest READY one took.");
  private final Counter snapshots = counter("tidemark_snapshots_total", "Snapshots made.");
  private final Counter readBytes =
      counter("tidemark_snapshot_read_bytes_total", "Bytes read of volumes.");
  private final Counter changedBytes =
      counter("tidemark_snapshot_changed_bytes_total", "Bytes that differed from the parents'.");
  private final Counter sentBytes =
      counter("tidemark_snapshot_sent_bytes_total", "Bytes sent to the store for snapshots.");
  private final Counter wrongTrackers =
      counter("tidemark_wrong_trackers_total", "Snapshots that found a tracker of changes wrong.");
  private final Counter restores = counter("tidemark_restores_total", "Restores done.");
  private final Counter restoredBytes =
      counter("tidemark_restore_written_bytes_total", "Bytes that restores wrote.");
  private final Counter failures =
      Counter.builder()
          .name("tidemark_failures_total")
          .help("What did not come about, by the code that commands have for it.")
          .labelNames("volume", "work", "code")
          .register(registry);
  private final Counter looks =
      Counter.builder()
          .name("tidemark_inbox_looks_total")
          .help("How often the inbox was looked into, and how that went.")
          .labelNames("outcome")
          .register(registry);

  /// What may fail on a volume.
  public enum Work {
    SNAPSHOT,
    RESTORE
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).labelNames("volume").register(registry);
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name(name).help(help).labelNames("volume").register(registry);
  }

  /// Shows what is counted elsewhere.
  ///
  /// @param waiting requests in the queue
  /// @param running snapshots and restores under way
  public void watch(CountingObjectStore store, IntSupplier waiting, IntSupplier running) {
    CounterWithCallback.builder()
        .name("tidemark_store_requests_total")
        .help("Requests sent to the store.")
        .labelNames("call")
        .callback(
            callback -> {
              for (StoreCall call : StoreCall.values()) {
                callback.call(
                    (double) store.tally(call).requests(), call.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
    watch("tidemark_queue_length", "Requests that wait for their turn.", waiting);
    watch("tidemark_running", "Snapshots and restores under way.", running);
  }

  private void watch(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  /// A snapshot is READY.
  public void made(String volume, Instant at, Duration took, SnapshotFacts facts) {
    snapshots.labelValues(volume).inc();
    lastSuccess.labelValues(volume).set(at.toEpochMilli() / 1e3);
    lastDuration.labelValues(volume).set(took.toMillis() / 1e3);
    readBytes.labelValues(volume).inc(facts.readBytes());
    changedBytes.labelValues(volume).inc(facts.changedBytes());
    sentBytes.labelValues(volume).inc(facts.sentBytes());
    if (facts.scan().orElse(null) instanceof ScanFacts.Distrusted) {
      wrongTrackers.labelValues(volume).inc();
    }
  }

  /// A restore is done.
  public void restored(String volume, long writtenBytes) {
    restores.labelValues(volume).inc();
    restoredBytes.labelValues(volume).inc(writtenBytes);
  }

  /// Something failed.
  ///
  /// @param code as commands have it, such as `SOURCE_IN_USE`
  public void failed(String volume, Work work, String code) {
    failures.labelValues(volume, work.name().toLowerCase(Locale.ROOT), code).inc();
  }

  /// The inbox was read.
  public void looked() {
    looks.labelValues("read").inc();
  }

  /// The store did not let the inbox be read.
  public void lookFailed() {
    looks.labelValues("failed").inc();
  }

  /// All of it.
  public String text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }
}
