package io.tidemark.repository.format;

/// What a person does about stored bytes that are damaged: the check reads journals, pack lists and
/// map nodes, and only a verification reads chunks.
public enum Remedy {
  CHECK("run `tidemark repository check` to see which snapshots this hurts"),
  VERIFY(
      "run `tidemark snapshot verify` on the volume's snapshots to see which of them this hurts, and"
          + " where"),
  PROBE("run `tidemark repository probe`, which writes it anew"),
  RESTORE_OBJECT("restore the object from a copy of the bucket"),
  /// What is wrong does no harm and passes by itself.
  WAIT("it hurts no snapshot and is not needed for long; try again in some minutes");

  private final String text;

  Remedy(String text) {
    this.text = text;
  }

  /// For the end of a message.
  public String text() {
    return text;
  }
}
