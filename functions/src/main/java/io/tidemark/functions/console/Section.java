package io.tidemark.functions.console;

import io.tidemark.functions.http.RawAnswer;

/// The pages under one entry of the navigation.
interface Section {
  /// @throws RuntimeException which is told as the API would
  RawAnswer answer(Visit visit);
}
