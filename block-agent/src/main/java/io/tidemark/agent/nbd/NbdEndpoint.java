package io.tidemark.agent.nbd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// Where a server listens.
public sealed interface NbdEndpoint {
  /// The port that the protocol has been assigned.
  int USUAL_PORT = 10_809;

  /// A TCP port.
  ///
  /// @param host name or address; IPv6 without brackets
  record Tcp(String host, int port) implements NbdEndpoint {
    public Tcp {
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException("No server: '" + host + "' port " + port);
      }
    }

    @Override
    public SocketAddress socketAddress() {
      return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /// A Unix socket.
  record Unix(Path socket) implements NbdEndpoint {
    @Override
    public SocketAddress socketAddress() {
      return UnixDomainSocketAddress.of(socket);
    }

    @Override
    public String toString() {
      return socket.toString();
    }
  }

  /// What to connect to; looks the host up.
  SocketAddress socketAddress();
}
