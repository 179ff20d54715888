package io.tidemark.agent.qemu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The monitor's lines, as JSON.
final class QmpCodec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader OBJECT = JSON.readerForMapOf(Object.class);

  private QmpCodec() {}

  /// @param arguments of texts, numbers, truth values, lists and maps
  static String command(String name, Map<String, ?> arguments, String id) {
    Map<String, Object> command = new LinkedHashMap<>();
    command.put("execute", name);
    if (!arguments.isEmpty()) {
      command.put("arguments", arguments);
    }
    command.put("id", id);
    try {
      return JSON.writeValueAsString(command);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  static QmpMessage decode(String line) throws QemuException {
    QmpObject message;
    try {
      message = new QmpObject(OBJECT.readValue(line));
    } catch (JsonProcessingException e) {
      throw new QemuException(
          QemuException.Kind.PROTOCOL, "what listens there is no monitor of QEMU (QMP)", e);
    }
    if (message.members().containsKey("QMP")) {
      QmpObject version = message.object("QMP").object("version").object("qemu");
      return new QmpMessage.Greeting((int) version.number("major"), (int) version.number("minor"));
    }
    Optional<String> event = message.findText("event");
    if (event.isPresent()) {
      QmpObject at = message.object("timestamp");
      QmpObject data =
          message.members().containsKey("data") ? message.object("data") : new QmpObject(Map.of());
      return new QmpMessage.Event(
          event.get(),
          data,
          Instant.ofEpochSecond(at.number("seconds"), 1000 * at.number("microseconds")));
    }
    String id = message.findText("id").orElse("");
    Object returned = message.members().get("return");
    if (returned != null) {
      return new QmpMessage.Returned(id, returned);
    }
    return new QmpMessage.Failed(id, message.object("error").text("desc"));
  }
}
