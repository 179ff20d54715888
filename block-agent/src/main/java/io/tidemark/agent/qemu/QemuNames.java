package io.tidemark.agent.qemu;

/// The names of what is added to a QEMU for one snapshot of one volume. QEMU allows 31 characters.
///
/// @param volume 17 digits, as in its id
/// @param session 8 digits, drawn anew each time
public record QemuNames(String volume, String session) {
  private static final String PREFIX = "tm";

  public QemuNames {
    if (!volume.matches("[0-9a-f]{17}") || !session.matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("No names: " + volume + ", " + session);
    }
  }

  /// What all names of the volume begin with.
  public static String prefix(String volume) {
    return PREFIX + volume + "-";
  }

  private String name(String kind) {
    return prefix(volume) + session + "-" + kind;
  }

  /// The job that keeps what writers replace.
  String job() {
    return name("j");
  }

  /// The node through which writers go.
  String filter() {
    return name("f");
  }

  /// The node of the scratch file.
  String scratch() {
    return name("s");
  }

  /// The node that shows the instant.
  String access() {
    return name("a");
  }

  /// The export of that.
  String export() {
    return name("e");
  }

  /// The bitmap that counts from this instant on.
  String bitmap() {
    return name("b");
  }

  /// The copy of the earlier bitmap, up to this instant.
  String frozen() {
    return name("z");
  }
}
