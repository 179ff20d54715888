package io.tidemark.repository.store.decorated;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException.Denied;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Goes wrong as it is told: each planned fault meets the first call that fits it, once.
public final class FaultyObjectStore extends ForwardingObjectStore {
  private final List<Planned> plan = new ArrayList<>();
  private final Deque<Late> late = new ArrayDeque<>();
  private long calls;

  private record Planned(Predicate<Call> fits, Fault fault) {}

  private record Late(String key, ByteBuffer body) {}

  /// One call.
  ///
  /// @param number from 1, over all kinds
  /// @param key or the prefix of a list, or the first key of a delete
  public record Call(long number, StoreCall kind, String key) {}

  public FaultyObjectStore(ObjectStore inner) {
    super(inner);
  }

  /// Plans `fault` for the next call that `fits`; faults that fit one call meet it and the next
  /// ones in the order in which they were planned.
  public synchronized void plan(Predicate<Call> fits, Fault fault) {
    plan.add(new Planned(fits, fault));
  }

  /// Plans `fault` for the next call of this kind whose key or prefix starts with `keyPrefix`.
  public void plan(StoreCall kind, String keyPrefix, Fault fault) {
    plan(call -> call.kind() == kind && call.key().startsWith(keyPrefix), fault);
  }

  /// Forgets every fault that has not met its call.
  public synchronized void heal() {
    plan.clear();
  }

  /// How many planned faults have not met their call.
  public synchronized int unmet() {
    return plan.size();
  }

  /// How many calls there were.
  public synchronized long calls() {
    return calls;
  }

  /// Lets the oldest create that [Fault.LandsLate] held back arrive now.
  ///
  /// @return what came of it; empty when none is held back
  public Optional<PutOutcome> landLate() {
    Late next;
    synchronized (this) {
      next = late.poll();
    }
    return next == null
        ? Optional.empty()
        : Optional.of(super.createIfAbsent(next.key(), next.body()));
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    return switch (next(StoreCall.CREATE, key).orElse(null)) {
      case null -> super.createIfAbsent(key, body);
      case Fault.RequestLost _ -> throw unknown(key, "the request was lost");
      case Fault.ReplyLost _ -> {
        PutOutcome done = super.createIfAbsent(key, body);
        throw unknown(key, "the reply " + done + " was lost");
      }
      case Fault.LandsLate _ -> {
        ByteBuffer copy = ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
        synchronized (this) {
          late.add(new Late(key, copy));
        }
        throw unknown(key, "the request is on its way");
      }
      case Fault.Unreachable _ -> throw unreachable(key);
      case Fault.Refused _ -> throw refused(key);
      case Fault.After after -> {
        after.step().run();
        yield super.createIfAbsent(key, body);
      }
      case Fault.Damaged fault -> throw unfit(fault, key);
      case Fault.PartlyDeleted fault -> throw unfit(fault, key);
    };
  }

  @Override
  public byte[] get(String key) {
    return read(key, () -> super.get(key));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return read(key, () -> super.get(key, range));
  }

  private byte[] read(String key, Supplier<byte[]> call) {
    Optional<Fault> fault = next(StoreCall.GET, key);
    return fault.isPresent() && fault.get() instanceof Fault.Damaged damaged
        ? damaged.change().apply(call.get())
        : answered(key, fault, call);
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    return answered(
        prefix, next(StoreCall.LIST, prefix), () -> super.list(prefix, startAfter, max));
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    Optional<Fault> fault = next(StoreCall.DELETE, keys.getFirst());
    if (fault.isPresent() && fault.get() instanceof Fault.PartlyDeleted(int deletedKeys)) {
      int cut = Math.min(deletedKeys, keys.size());
      List<DeleteOutcome> outcomes = new ArrayList<>(super.delete(keys.subList(0, cut)));
      for (String key : keys.subList(cut, keys.size())) {
        outcomes.add(new DeleteOutcome.NotDeleted(key, "InternalError"));
      }
      return outcomes;
    }
    return answered(keys.getFirst(), fault, () -> super.delete(keys));
  }

  /// A call without an unknown outcome: what is lost is just not to be had.
  private static <T> T answered(String key, Optional<Fault> fault, Supplier<T> call) {
    return switch (fault.orElse(null)) {
      case null -> call.get();
      case Fault.Unreachable _ -> throw unreachable(key);
      case Fault.RequestLost _ -> throw unreachable(key);
      case Fault.ReplyLost _ -> {
        var _ = call.get();
        throw unreachable(key);
      }
      case Fault.Refused _ -> throw refused(key);
      case Fault.After after -> {
        after.step().run();
        yield call.get();
      }
      case Fault.LandsLate unfit -> throw unfit(unfit, key);
      case Fault.Damaged unfit -> throw unfit(unfit, key);
      case Fault.PartlyDeleted unfit -> throw unfit(unfit, key);
    };
  }

  private synchronized Optional<Fault> next(StoreCall kind, String key) {
    Call call = new Call(++calls, kind, key);
    for (Iterator<Planned> each = plan.iterator(); each.hasNext(); ) {
      Planned planned = each.next();
      if (planned.fits().test(call)) {
        each.remove();
        return Optional.of(planned.fault());
      }
    }
    return Optional.empty();
  }

  private static UnknownOutcome unknown(String key, String why) {
    return new UnknownOutcome(key, "Could not create " + key + ": " + why + ".", null);
  }

  private static Unavailable unreachable(String key) {
    return new Unavailable(key, "Could not reach the store for " + key + ".", null);
  }

  private static Denied refused(String key) {
    return new Denied(key, "No right to " + key + ".", null);
  }

  private static IllegalStateException unfit(Fault fault, String key) {
    return new IllegalStateException(fault + " was planned for a call it cannot meet, of " + key);
  }
}
