package io.tidemark.repository.probe;

/// What a store has to do for a repository to be safe in it. The tokens are stored: never change
/// one.
public enum Fact {
  SECOND_CREATE_REFUSED(
      "second-create-refused",
      "a second create of the same key is refused (If-None-Match: *) and changes nothing"),
  SMALL_RACE("one-of-small-racers-wins", "of 16 racing creates of a small object one wins"),
  LARGE_RACE("one-of-large-racers-wins", "of 16 racing creates of 1 MiB one wins"),
  READ_AFTER_WRITE("read-after-write", "a read sees what was just written or deleted"),
  LIST_AFTER_WRITE("list-after-write", "a LIST shows what was just written"),
  LIST_AFTER_DELETE("list-after-delete", "a LIST no longer shows what was just deleted"),
  LIST_ORDER("list-in-key-order", "a LIST is complete and in the order of the keys' bytes"),
  RANGED_READ("ranged-read", "a ranged GET answers with those bytes"),
  ONE_CLOCK("one-clock", "a LIST answer's Date and Last-Modified come from one clock");

  private final String token;
  private final String sentence;

  Fact(String token, String sentence) {
    this.token = token;
    this.sentence = sentence;
  }

  /// Its name in a stored verdict.
  public String token() {
    return token;
  }

  /// What it says, for people.
  public String sentence() {
    return sentence;
  }
}
