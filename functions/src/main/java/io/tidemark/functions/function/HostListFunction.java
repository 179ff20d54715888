package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Host;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Hosts by name.
@FunctionBean("host-list")
public final class HostListFunction implements ApiFunction {
  private final OpenRepository opened;

  HostListFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param pools in which its agent makes new volumes
  /// @param steps that a request may name
  /// @param wakeUp where its agent listens
  @Serdeable
  public record ShownHost(
      String id,
      String name,
      List<String> pools,
      List<String> steps,
      Optional<String> wakeUp,
      Instant registeredAt) {
    public ShownHost {
      pools = List.copyOf(pools);
      steps = List.copyOf(steps);
    }

    static ShownHost of(Host host) {
      return new ShownHost(
          host.id().text(),
          host.name(),
          host.pools(),
          host.steps(),
          host.wakeUp(),
          host.registeredAt().truncatedTo(ChronoUnit.MILLIS));
    }
  }

  @Serdeable
  public record HostPage(List<ShownHost> hosts, Optional<String> next) {
    public HostPage {
      hosts = List.copyOf(hosts);
    }
  }

  @Override
  public Answer apply(Call call) {
    Page<Host> page = Page.of("hosts", call.query(), new Hosts(opened.of(call)).list(), Host::name);
    return Answer.ok(new HostPage(page.things().stream().map(ShownHost::of).toList(), page.next()));
  }
}
