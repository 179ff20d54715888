package io.tidemark.agent.pipeline;

import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.pack.PackSender.SentPack;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Packs being filled or sent. There are only so many buffers, made when first needed: whoever
/// wants another one waits until the store has taken a pack, and that bounds the bytes in flight.
final class Uploads {
  private final PackSender sender;
  private final Supplier<PackBuilder> builders;
  private final Consumer<Runnable> threads;
  private final BlockingQueue<PackBuilder> idle = new LinkedBlockingQueue<>();
  private final int mostBuilders;
  private int made;

  /// @param threads runs a task, in the caller's thread or in one of its own
  Uploads(
      PackSender sender,
      Supplier<PackBuilder> builders,
      int mostBuilders,
      Consumer<Runnable> threads) {
    this.sender = sender;
    this.builders = builders;
    this.mostBuilders = mostBuilders;
    this.threads = threads;
  }

  /// An empty builder, waiting for one when all are in use.
  PackBuilder take() throws InterruptedException {
    PackBuilder free = idle.poll();
    if (free != null) {
      return free;
    }
    synchronized (this) {
      if (made < mostBuilders) {
        made++;
        return builders.get();
      }
    }
    return idle.take();
  }

  /// Sends the pack and takes its builder back.
  ///
  /// @param arrived called once the store has it
  void send(PackBuilder pack, Consumer<SentPack> arrived) {
    threads.accept(
        () -> {
          SentPack sent = sender.send(pack);
          pack.clear();
          idle.add(pack);
          arrived.accept(sent);
        });
  }
}
