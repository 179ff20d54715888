package io.tidemark.agent.system;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// Hears signals that the JVM would otherwise end for.
public final class Signals {
  private Signals() {}

  /// From now on SIGHUP runs `task`, on a thread of its own, and ends nothing.
  ///
  /// @return whether this JVM lets it be heard
  // The listener is equal to itself alone.
  @SuppressWarnings("ReferenceEquality")
  public static Reception onHangup(Runnable task) {
    try {
      // By name, for the compiler warns of every use of these classes; the JVM has no others.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      InvocationHandler called =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  task.run();
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                case String _ -> "SIGHUP";
              };
      Object listener =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, called);
      Object _ =
          handle.invoke(null, signal.getConstructor(String.class).newInstance("HUP"), listener);
      return Reception.HEARD;
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      // Started with -Xrs, or another JVM.
      return Reception.NOT_HEARD;
    }
  }

  /// Whether a signal comes through.
  public enum Reception {
    HEARD,
    NOT_HEARD
  }
}
