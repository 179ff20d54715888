package io.tidemark.agent.restore;

import java.util.List;

/// What all targets share that write to an open file or device, in any order.
abstract sealed class OpenTarget implements RestoreTarget
    permits DeviceTarget, InPlaceTarget, NewFileTarget {
  private final TargetFile target;
  private final long sizeBytes;
  private final List<String> remarks;

  /// @param sizeBytes of the snapshot
  /// @param remarks what the user should know of the target, one sentence each
  OpenTarget(TargetFile target, long sizeBytes, List<String> remarks) {
    this.target = target;
    this.sizeBytes = sizeBytes;
    this.remarks = List.copyOf(remarks);
  }

  final TargetFile target() {
    return target;
  }

  @Override
  public final long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public final Order order() {
    return Order.ANY;
  }

  @Override
  public final List<String> remarks() {
    return remarks;
  }

  @Override
  public final long writtenBytes() {
    return target.writtenBytes();
  }

  @Override
  public String leftBehind() {
    return target.leftBehind();
  }

  @Override
  public void close() {
    target.close();
  }
}
