package io.tidemark.agent.qemu;

/// A dirty bitmap of a node.
///
/// @param granularityBytes that one bit stands for
/// @param state whether it can be relied on
public record QemuBitmap(String name, long granularityBytes, State state) {
  /// What a bitmap is good for.
  public enum State {
    /// It has counted every write since it was made.
    RECORDING,
    /// It counted nothing for some time.
    DISABLED,
    /// Another job uses it.
    BUSY,
    /// QEMU was not ended in order, and what it says is wrong.
    INCONSISTENT
  }

  static QemuBitmap of(QmpObject bitmap) throws QemuException {
    State state;
    if (bitmap.is("inconsistent")) {
      state = State.INCONSISTENT;
    } else if (bitmap.is("busy")) {
      state = State.BUSY;
    } else if (!bitmap.is("recording")) {
      state = State.DISABLED;
    } else {
      state = State.RECORDING;
    }
    return new QemuBitmap(bitmap.findText("name").orElse(""), bitmap.number("granularity"), state);
  }
}
