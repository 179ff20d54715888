package io.tidemark.repository.store.decorated;

import java.util.function.UnaryOperator;

/// What goes wrong with one call of a store.
public sealed interface Fault {

  /// The store is not reached and says so: nothing is changed.
  record Unreachable() implements Fault {}

  /// The call is lost on the way, and nobody knows: nothing is changed, a create has an unknown
  /// outcome.
  record RequestLost() implements Fault {}

  /// The call is done and its answer lost: a create has an unknown outcome.
  record ReplyLost() implements Fault {}

  /// A create has an unknown outcome and lands only when the test says so, or never.
  record LandsLate() implements Fault {}

  /// The rights are gone.
  record Refused() implements Fault {}

  /// The bytes that a get answers with are changed.
  record Damaged(UnaryOperator<byte[]> change) implements Fault {}

  /// Of a delete only the first `deletedKeys` keys go; the others are answered as not deleted.
  record PartlyDeleted(int deletedKeys) implements Fault {}

  /// Something happens first, then the call goes its way: the place for another writer's step, or
  /// for a wait on the test's own latch.
  record After(Runnable step) implements Fault {}
}
