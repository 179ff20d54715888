package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.RawBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The description of this API.
@FunctionBean("openapi")
public final class OpenApiFunction implements ApiFunction {
  private static final String RESOURCE = "/io/tidemark/functions/openapi.json";

  @Override
  public Answer apply(Call call) {
    try (InputStream in = OpenApiFunction.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing in this build");
      }
      return Answer.ok(new RawBody(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
