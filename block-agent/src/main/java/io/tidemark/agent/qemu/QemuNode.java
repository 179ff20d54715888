package io.tidemark.agent.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A block node.
///
/// @param driver its format or protocol
public record QemuNode(String name, String driver, long sizeBytes, List<QemuBitmap> bitmaps) {
  private static final String PERSISTS = "qcow2";

  public QemuNode {
    bitmaps = List.copyOf(bitmaps);
  }

  static QemuNode of(QmpObject node) throws QemuException {
    List<QemuBitmap> bitmaps = new ArrayList<>();
    for (QmpObject bitmap : node.objects("dirty-bitmaps")) {
      bitmaps.add(QemuBitmap.of(bitmap));
    }
    return new QemuNode(
        node.text("node-name"),
        node.text("drv"),
        node.object("image").number("virtual-size"),
        bitmaps);
  }

  /// Whether its bitmaps outlive QEMU.
  public boolean keepsBitmaps() {
    return driver.equals(PERSISTS);
  }

  public Optional<QemuBitmap> bitmap(String bitmap) {
    return bitmaps.stream().filter(one -> one.name().equals(bitmap)).findFirst();
  }
}
