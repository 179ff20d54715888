package io.tidemark.agent.command;

/// Why a command did not do what it was asked, as programs and people are told.
///
/// @param code for programs, upper case: `UNKNOWN_SNAPSHOT`
/// @param message for people: what failed, on what, and what to do
/// @param details further members for programs
record Failure(ExitStatus status, String code, String message, JsonWriter.Part details) {
  Failure(ExitStatus status, String code, String message) {
    this(status, code, message, _ -> {});
  }

  void json(JsonWriter json) {
    json.object(
        document ->
            document.object(
                "error",
                error -> {
                  error.put("code", code).put("message", message);
                  details.write(error);
                }));
  }
}
