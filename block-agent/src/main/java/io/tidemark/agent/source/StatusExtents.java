package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdException;
import io.tidemark.agent.nbd.StatusRun;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The stretches of an export that have a status, asked for as they are needed: the last answer is
/// all that is held. Safe for many threads.
final class StatusExtents {
  private final NbdClient client;
  private final String context;
  private final Predicate<StatusRun> wanted;
  private List<StatusRun> runs = List.of();
  private int index;

  StatusExtents(NbdClient client, String context, Predicate<StatusRun> wanted) {
    this.client = client;
    this.context = context;
    this.wanted = wanted;
  }

  /// The first stretch that ends behind `fromBytes`, cut to begin there.
  synchronized Optional<Extent> next(long fromBytes) throws NbdException {
    long sizeBytes = client.export().sizeBytes();
    long at = fromBytes;
    while (at < sizeBytes) {
      StatusRun run = run(at);
      long end = Math.min(sizeBytes, run.endBytes());
      if (wanted.test(run)) {
        return Optional.of(new Extent(at, end - at));
      }
      at = end;
    }
    return Optional.empty();
  }

  private StatusRun run(long at) throws NbdException {
    if (runs.isEmpty() || at < runs.getFirst().offsetBytes() || at >= runs.getLast().endBytes()) {
      long least = client.export().minimumBytes();
      long from = at / least * least;
      runs = client.status(context, from, client.export().sizeBytes() - from);
      index = 0;
    }
    if (at < runs.get(index).offsetBytes()) {
      index = 0;
    }
    while (at >= runs.get(index).endBytes()) {
      index++;
    }
    return runs.get(index);
  }
}
