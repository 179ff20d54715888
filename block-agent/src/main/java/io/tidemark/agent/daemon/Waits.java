package io.tidemark.agent.daemon;

import io.tidemark.repository.host.Marker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Says of a request why it waits, and again only once it waits for something else.
final class Waits {
  private final AgentLog log;
  private final Map<Marker, String> said = new ConcurrentHashMap<>();

  Waits(AgentLog log) {
    this.log = log;
  }

  void waits(Job job, String why) {
    if (!why.equals(said.put(job.marker(), why))) {
      log.info(job.describe() + " waits: " + why);
    }
  }

  void ended(Job job) {
    said.remove(job.marker());
  }
}
