package io.tidemark.agent.nbd;

import io.tidemark.agent.nbd.OptionCodec.Context;
import io.tidemark.agent.nbd.OptionCodec.Info;
import io.tidemark.agent.nbd.OptionCodec.ReplyHeader;
import io.tidemark.agent.socket.TimedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Brings one connection from its first byte to where requests can be made.
final class Negotiation {
  /// Replies to one option: contexts and informations, of which there are few.
  private static final int MOST_REPLIES = 256;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final NbdTarget target;
  private final TimedChannel channel;
  private Wire wire;
  private NbdExport.Channel kind = NbdExport.Channel.PLAIN;

  Negotiation(NbdTarget target, TimedChannel channel) {
    this.target = target;
    this.channel = channel;
    wire = new Wire.Plain(channel);
  }

  /// @param contexts by the number that their answers carry
  record Agreed(Wire wire, NbdExport export, Map<Integer, String> contexts) {}

  Agreed run() throws IOException {
    ByteBuffer greeting = ByteBuffer.allocate(Protocol.GREETING_BYTES);
    wire.read(greeting);
    int flags = OptionCodec.greeting(greeting.flip());
    wire.write(OptionCodec.clientFlags(flags));
    if (target.certificates().isPresent()) {
      startTls();
    }
    try {
      return agree();
    } catch (TlsRequired _) {
      startTls();
    }
    try {
      return agree();
    } catch (TlsRequired _) {
      throw NbdException.protocol("the server wants TLS within TLS");
    }
  }

  private Agreed agree() throws IOException, TlsRequired {
    boolean structured =
        option(Protocol.OPT_STRUCTURED_REPLY, NOTHING, (_, _) -> {}) == Answer.DONE;
    Map<Integer, String> contexts = new HashMap<>();
    if (structured && !target.contexts().isEmpty()) {
      Answer answer =
          option(
              Protocol.OPT_SET_META_CONTEXT,
              OptionCodec.contextsData(target.export(), target.contexts()),
              (header, data) -> addContext(contexts, header, data));
      if (answer == Answer.UNSUPPORTED) {
        contexts.clear();
      }
    }
    Info[] info = {Info.NONE};
    Answer answer =
        option(
            Protocol.OPT_GO,
            OptionCodec.goData(target.export()),
            (header, data) -> {
              if (header.type() != Protocol.REP_INFO) {
                throw unexpected(header);
              }
              info[0] = info[0].with(data);
            });
    if (answer == Answer.UNSUPPORTED) {
      throw new NbdException(
          NbdException.Kind.REFUSED, "the server is too old: it does not know NBD_OPT_GO", null);
    }
    if (info[0].sizeBytes() < 0) {
      throw NbdException.protocol("the export's size was not told");
    }
    NbdExport export =
        new NbdExport(
            info[0].sizeBytes(),
            info[0].flags(),
            info[0].minimumBytes(),
            info[0].maximumBytes(),
            structured ? NbdExport.Replies.STRUCTURED : NbdExport.Replies.SIMPLE,
            kind,
            new TreeSet<>(contexts.values()));
    return new Agreed(wire, export, contexts);
  }

  private void addContext(Map<Integer, String> contexts, ReplyHeader header, ByteBuffer data)
      throws NbdException {
    if (header.type() != Protocol.REP_META_CONTEXT) {
      throw unexpected(header);
    }
    Context context = OptionCodec.context(data);
    if (!target.contexts().contains(context.name())) {
      throw NbdException.protocol("a metadata context came that nobody asked for");
    }
    if (contexts.containsValue(context.name())
        || contexts.put(context.id(), context.name()) != null) {
      throw NbdException.protocol("a metadata context came twice");
    }
  }

  private void startTls() throws IOException {
    if (beginsTls() == Answer.UNSUPPORTED) {
      throw new NbdException(
          NbdException.Kind.REFUSED, "the server offers no TLS here, and it is wanted", null);
    }
    Optional<String> host =
        target.endpoint() instanceof NbdEndpoint.Tcp(String name, int _)
            ? Optional.of(name)
            : Optional.empty();
    wire = new TlsWire(channel, TlsCertificates.client(target.certificates(), host));
    kind = NbdExport.Channel.TLS;
  }

  private Answer beginsTls() throws IOException {
    try {
      return option(Protocol.OPT_STARTTLS, NOTHING, (_, _) -> {});
    } catch (TlsRequired _) {
      return Answer.UNSUPPORTED;
    }
  }

  private enum Answer {
    DONE,
    UNSUPPORTED
  }

  private interface Receiver {
    void reply(ReplyHeader header, ByteBuffer data) throws NbdException;
  }

  private static final class TlsRequired extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private Answer option(int option, ByteBuffer data, Receiver receiver)
      throws IOException, TlsRequired {
    wire.write(OptionCodec.option(option, data.duplicate()));
    for (int replies = 0; replies < MOST_REPLIES; replies++) {
      ByteBuffer head = ByteBuffer.allocate(Protocol.OPTION_REPLY_BYTES);
      wire.read(head);
      ReplyHeader header = OptionCodec.replyHeader(head.flip(), option);
      ByteBuffer reply = ByteBuffer.allocate(header.lengthBytes());
      wire.read(reply);
      reply.flip();
      if (header.type() == Protocol.REP_ACK) {
        return Answer.DONE;
      }
      if (header.isError()) {
        return refused(option, header, OptionCodec.text(reply));
      }
      receiver.reply(header, reply);
    }
    throw NbdException.protocol("the answers to option " + option + " do not end");
  }

  private Answer refused(int option, ReplyHeader header, String said)
      throws NbdException, TlsRequired {
    String why = said.isBlank() ? "" : " (" + said.strip() + ")";
    if (option == Protocol.OPT_STARTTLS) {
      return Answer.UNSUPPORTED;
    }
    return switch (header.type()) {
      case Protocol.REP_ERR_UNSUP -> Answer.UNSUPPORTED;
      case Protocol.REP_ERR_TLS_REQD -> throw new TlsRequired();
      case Protocol.REP_ERR_UNKNOWN ->
          throw new NbdException(
              NbdException.Kind.NO_EXPORT,
              "the server has no export '" + target.export() + "'" + why,
              null);
      case Protocol.REP_ERR_POLICY ->
          throw new NbdException(
              NbdException.Kind.REFUSED, "the server does not let this client in" + why, null);
      case Protocol.REP_ERR_SHUTDOWN ->
          throw new NbdException(
              NbdException.Kind.DROPPED, "the server is shutting down" + why, null);
      default -> {
        if (option != Protocol.OPT_GO) {
          // Without structured replies or block status it is slower, and no worse.
          yield Answer.UNSUPPORTED;
        }
        throw new NbdException(
            NbdException.Kind.REFUSED,
            "the server refused the export with " + Integer.toHexString(header.type()) + why,
            null);
      }
    };
  }

  private static NbdException unexpected(ReplyHeader header) {
    return NbdException.protocol("an answer of type " + header.type() + " came out of place");
  }
}
