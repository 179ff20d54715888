package io.tidemark.agent.qemu;

import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is asked of a QEMU, by name. For one thread at a time.
public final class QemuMonitor implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int MOST_LOOKS = 200;

  private final QmpConnection connection;

  private QemuMonitor(QmpConnection connection) {
    this.connection = connection;
  }

  /// Holds the monitor until closed.
  ///
  /// @throws QemuException when it is too old, or cannot be had
  public static QemuMonitor open(Path socket) throws QemuException {
    QmpConnection connection = QmpConnection.open(socket);
    QmpMessage.Greeting version = connection.greeting();
    if (version.major() < 7 || (version.major() == 7 && version.minor() < 2)) {
      connection.close();
      throw new QemuException(
          QemuException.Kind.UNFIT,
          "QEMU " + version.major() + "." + version.minor() + " is too old; 7.2 is the least",
          null);
    }
    return new QemuMonitor(connection);
  }

  /// `7.2`.
  public String version() {
    return connection.greeting().major() + "." + connection.greeting().minor();
  }

  UserPrincipal user() {
    return connection.user();
  }

  /// All block nodes that have a name.
  public List<QemuNode> nodes() throws QemuException {
    List<QemuNode> nodes = new ArrayList<>();
    for (QmpObject node :
        QmpObject.list(connection.execute("query-named-block-nodes", Map.of("flat", true)))) {
      nodes.add(QemuNode.of(node));
    }
    return nodes;
  }

  /// @throws QemuException naming those there are when there is no such node
  public QemuNode node(String name) throws QemuException {
    List<QemuNode> nodes = nodes();
    Optional<QemuNode> found = nodes.stream().filter(one -> one.name().equals(name)).findFirst();
    return found.orElseThrow(
        () ->
            new QemuException(
                QemuException.Kind.NO_NODE,
                "QEMU has no block node '"
                    + name
                    + "'. It has: "
                    + String.join(
                        ", ",
                        nodes.stream()
                            .map(QemuNode::name)
                            .filter(one -> !one.startsWith("#"))
                            .toList()),
                null));
  }

  List<String> jobs() throws QemuException {
    return names("query-jobs", "id");
  }

  List<String> exports() throws QemuException {
    return names("query-block-exports", "id");
  }

  private List<String> names(String command, String member) throws QemuException {
    List<String> names = new ArrayList<>();
    for (QmpObject one : QmpObject.list(connection.execute(command, Map.of()))) {
      names.add(one.text(member));
    }
    return names;
  }

  void run(String command, Map<String, ?> arguments) throws QemuException {
    Object _ = connection.execute(command, arguments);
  }

  /// Something that all happens at one instant, or not at all.
  record Action(String type, Map<String, ?> data) {
    private Map<String, ?> encoded() {
      return Map.of("type", type, "data", data);
    }
  }

  /// @return when the last of `jobs` began, which is while all their disks were held still
  Instant transaction(List<Action> actions, List<String> jobs) throws QemuException {
    run("transaction", Map.of("actions", actions.stream().map(Action::encoded).toList()));
    Optional<Instant> began = Optional.empty();
    for (QmpMessage.Event event : connection.events()) {
      if (event.name().equals("JOB_STATUS_CHANGE")
          && jobs.contains(event.data().findText("id").orElse(""))
          && event.data().findText("status").orElse("").equals("created")) {
        began = Optional.of(event.at());
      }
    }
    return began.orElseThrow(
        () -> QemuException.protocol("QEMU did not say when it took the instant"));
  }

  /// Something that is asked again and again.
  @FunctionalInterface
  interface Condition {
    boolean isMet() throws QemuException;
  }

  /// @param what for the message when it takes too long
  void await(String what, Condition condition) throws QemuException {
    for (int looks = 0; looks < MOST_LOOKS; looks++) {
      if (condition.isMet()) {
        return;
      }
      connection.awaitEvent(LOOK_AGAIN);
    }
    throw QemuException.protocol("QEMU does not get done with " + what);
  }

  @Override
  public void close() {
    connection.close();
  }
}
