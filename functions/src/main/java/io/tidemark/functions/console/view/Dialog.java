package io.tidemark.functions.console.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A question with what will happen, fields and a button; a page of its own, or shown over another.
///
/// @param title key of the heading, which is the label of the button too unless `submit` is given
/// @param facts what will happen, in words and numbers, ready to be read
/// @param submit key of the button's label
/// @param tone whether something is lost by it
/// @param action where it is sent
/// @param back where leaving it leads
/// @param problem why the last attempt failed
public record Dialog(
    String title,
    List<String> facts,
    List<Field> fields,
    String submit,
    Tone tone,
    String action,
    String back,
    Optional<Trouble> problem) {
  /// How a dialog looks.
  public enum Tone {
    PLAIN,
    DANGER
  }

  public Dialog {
    facts = List.copyOf(facts);
    fields = List.copyOf(fields);
  }

  public boolean isDanger() {
    return tone == Tone.DANGER;
  }

  public Dialog with(Trouble trouble) {
    return new Dialog(title, facts, fields, submit, tone, action, back, Optional.of(trouble));
  }

  /// The same, filled with what was sent.
  public Dialog filled(Map<String, String> sent) {
    return new Dialog(
        title,
        facts,
        fields.stream()
            .map(field -> field.withValue(sent.getOrDefault(field.name(), field.value())))
            .toList(),
        submit,
        tone,
        action,
        back,
        problem);
  }

  /// @param kind `text`, `textarea`, `datetime-local`, `checkbox`, `select`, `hidden`
  /// @param label key
  /// @param hint key; "" for none
  /// @param options of a `select`, each shown as it is
  public record Field(
      String kind, String name, String label, String hint, String value, List<String> options) {
    public Field {
      options = List.copyOf(options);
    }

    public static Field of(String kind, String name, String label, String hint, String value) {
      return new Field(kind, name, label, hint, value, List.of());
    }

    Field withValue(String now) {
      return new Field(kind, name, label, hint, now, options);
    }
  }

  /// What went wrong.
  ///
  /// @param text what it means and what to do
  /// @param detail of the function, in English; "" for none
  public record Trouble(String text, String code, String detail) {}
}
