package io.tidemark.agent.nbd;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An export, and what is wanted of it.
///
/// @param export its name, which may be empty
/// @param certificates a folder with `ca-cert.pem`, and `client-cert.pem` and `client-key.pem`
///   where the server asks for them, as QEMU and nbdkit have it; then TLS is insisted on. Empty:
///   TLS only when the server insists, with the authorities that Java trusts
/// @param contexts whose block status is wanted where the server has them
public record NbdTarget(
    NbdEndpoint endpoint,
    String export,
    Optional<Path> certificates,
    List<String> contexts,
    NbdTimeouts timeouts) {
  /// Which bytes are holes and zeros.
  public static final String ALLOCATION = "base:allocation";

  /// Which bytes a dirty bitmap of QEMU counts as written; its name follows.
  public static final String DIRTY_BITMAP = "qemu:dirty-bitmap:";

  static final int LONGEST_NAME_BYTES = 4096;

  public NbdTarget {
    contexts = List.copyOf(contexts);
  }

  /// The export as it is, with its holes.
  public NbdTarget(NbdEndpoint endpoint, String export, Optional<Path> certificates) {
    this(endpoint, export, certificates, List.of(ALLOCATION), NbdTimeouts.USUAL);
  }
}
