package io.tidemark.agent.command;

import java.util.List;

/// A word that stands before verbs: `volume` in `volume list`.
interface VerbGroup {
  /// New ones, in the order of the help.
  List<Verb> verbs();
}
