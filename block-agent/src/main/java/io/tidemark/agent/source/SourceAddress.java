package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdEndpoint;
import java.nio.file.Path;
import java.util.Optional;

/// Where a volume is: what is given to `volume add` and kept in the repository. LVM, ZFS, RBD and
/// libvirt would be further forms.
public sealed interface SourceAddress {
  /// The form that [#parse] reads back.
  String text();

  /// An image file or a block device of this host.
  record FileOrDevice(Path path) implements SourceAddress {
    @Override
    public String text() {
      return path.toString();
    }
  }

  /// An export of an NBD server.
  ///
  /// @param export its name, which may be empty
  /// @param certificates folder of them, with which TLS is insisted on
  record Nbd(
      NbdEndpoint endpoint, String export, Optional<Path> certificates, InstantPromise promise)
      implements SourceAddress {
    @Override
    public String text() {
      return SourceSyntax.text(this);
    }
  }

  /// Whether somebody vouches that an export shows the same bytes as long as it is read.
  enum InstantPromise {
    /// It may be written meanwhile, for all that is known.
    NONE,
    /// The address says that it is not.
    GIVEN
  }

  /// A node of a running QEMU or `qemu-storage-daemon`.
  ///
  /// @param monitor its QMP socket
  /// @param node the name of the block node to take
  /// @param scratch folder in which QEMU keeps what writers replace while the snapshot is read
  /// @param server socket of an NBD server that runs in that QEMU already
  record Qemu(Path monitor, String node, Path scratch, Optional<Path> server)
      implements SourceAddress {
    /// Outlives a restart, unlike `/tmp`, and is no memory.
    public static final Path USUAL_SCRATCH = Path.of("/var/tmp");

    @Override
    public String text() {
      return SourceSyntax.text(this);
    }
  }

  /// What a text stands for: one of
  /// * `PATH`
  /// * `nbd://HOST[:PORT]/EXPORT[?tls-certificates=FOLDER][&instant=promised]`
  /// * `nbd+unix:///EXPORT?socket=PATH[&tls-certificates=FOLDER][&instant=promised]`
  /// * `qemu:/QMP.SOCK[?scratch=FOLDER][&nbd=PATH]#NODE`
  ///
  /// @throws IllegalArgumentException when it is none of these, with what is wrong and what wanted
  static SourceAddress parse(String text) {
    return SourceSyntax.parse(text);
  }

  /// Whether a text is a path, and none of the other forms.
  static boolean isPath(String text) {
    return SourceSyntax.isPath(text);
  }
}
