package io.tidemark.agent.system;

import java.io.IOException;

/// A system call failed; the message has the call, what it was for and the kernel's reason.
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  SystemCallException(String call, int number) {
    this(call, number, Errno.of(number));
  }

  private SystemCallException(String call, int number, Errno errno) {
    super(
        errno == Errno.OTHER
            ? call + ": error " + number
            : call + ": " + errno.text() + " (" + errno + ")");
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
