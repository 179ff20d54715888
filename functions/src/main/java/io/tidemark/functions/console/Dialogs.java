package io.tidemark.functions.console;

import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.Dialog.Field;
import io.tidemark.functions.console.view.Dialog.Tone;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Shows dialogs and carries out what was confirmed in them.
final class Dialogs {
  private Dialogs() {}

  /// Shows a dialog on GET; on POST does what it asks, and leads on, or shows it again with what
  /// went wrong and all that was filled in.
  ///
  /// @param dialog made when it is shown, for what it says takes requests
  /// @param done does it and says where to go on
  static RawAnswer answer(
      Visit visit, Replies replies, Supplier<Dialog> dialog, Supplier<String> done) {
    if (!visit.isPost()) {
      return replies.dialog(Status.OK, visit, dialog.get());
    }
    try {
      return Replies.redirect(done.get());
    } catch (RuntimeException e) {
      Problem problem = Failures.problem(e);
      if (problem.status() == Status.INTERNAL) {
        throw e;
      }
      return replies.dialog(
          problem.status(),
          visit,
          dialog.get().filled(visit.form()).with(Console.trouble(visit.texts(), problem)));
    }
  }

  /// One that can be undone.
  ///
  /// @param key of the title; `KEY.submit` is its button's label
  static Dialog plain(
      Visit visit, String key, List<String> facts, List<Field> fields, String back) {
    return dialog(visit, key, facts, fields, Tone.PLAIN, back);
  }

  /// One by which something is lost.
  static Dialog danger(
      Visit visit, String key, List<String> facts, List<Field> fields, String back) {
    return dialog(visit, key, facts, fields, Tone.DANGER, back);
  }

  private static Dialog dialog(
      Visit visit, String key, List<String> facts, List<Field> fields, Tone tone, String back) {
    return new Dialog(
        key + ".title",
        facts,
        fields,
        key + ".submit",
        tone,
        visit.request().path(),
        back,
        Optional.empty());
  }

  /// Makes a form that is sent twice count once.
  static Field once(Visit visit) {
    return Field.of(
        "hidden",
        "once",
        "",
        "",
        visit.now().toEpochMilli() + "-" + visit.session().formKey().substring(0, 8));
  }
}
