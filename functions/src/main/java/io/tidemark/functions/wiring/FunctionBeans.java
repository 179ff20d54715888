package io.tidemark.functions.wiring;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.function.FunctionBean;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.serde.ObjectMapper;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsFace;
import io.tidemark.functions.face.AnswerWriter;
import io.tidemark.functions.face.Dispatcher;
import io.tidemark.functions.function.ApiFunction;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.functions.function.ScheduledFunction;
import io.tidemark.functions.function.ScheduledFunctions;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Puts the dispatcher together. A function is made when it is first called, so that a process that
/// serves one of them starts no slower for the others.
@Factory
final class FunctionBeans {
  @Singleton
  Dispatcher dispatcher(
      ApplicationContext context, Tokens tokens, RateLimit rate, ObjectMapper json, CbsFace cbs) {
    Map<String, BeanDefinition<ApiFunction>> definitions = named(context, ApiFunction.class);
    return new Dispatcher(
        tokens,
        rate,
        name -> context.getBean(Objects.requireNonNull(definitions.get(name), name)),
        new AnswerWriter(json),
        cbs);
  }

  @Singleton
  CbsFace cbs(FunctionsContext.Parts parts, Tokens tokens, RateLimit rate, OpenRepository opened) {
    return new CbsFace(
        tokens,
        rate,
        opened,
        parts.cbs(),
        new CbsFace.Limits(Dispatcher.LARGEST_BODY_BYTES, Dispatcher.LONGEST_ADDRESS),
        parts.clock(),
        parts.random());
  }

  @Singleton
  ScheduledFunctions scheduled(ApplicationContext context) {
    SortedMap<String, Supplier<ScheduledFunction>> functions = new TreeMap<>();
    named(context, ScheduledFunction.class)
        .forEach((name, definition) -> functions.put(name, () -> context.getBean(definition)));
    return new ScheduledFunctions(functions);
  }

  static <T> Map<String, BeanDefinition<T>> named(ApplicationContext context, Class<T> type) {
    Map<String, BeanDefinition<T>> definitions = new HashMap<>();
    for (BeanDefinition<T> definition : context.getBeanDefinitions(type)) {
      definitions.put(definition.stringValue(FunctionBean.class).orElseThrow(), definition);
    }
    return definitions;
  }
}
