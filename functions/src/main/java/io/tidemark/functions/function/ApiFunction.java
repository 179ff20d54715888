package io.tidemark.functions.function;

import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import java.util.function.Function;

/// A function that is called over HTTP: a thin face over one use case.
public interface ApiFunction extends Function<Call, Answer> {}
