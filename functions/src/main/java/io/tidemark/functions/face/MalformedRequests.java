package io.tidemark.functions.face;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Marks requests of a server whose address or body is not well-formed as not decoded. The server
/// itself would take such a body as ended, and such an address as `/`.
///
/// No bean: where functions run without a server, its classes are not there.
public final class MalformedRequests {
  private MalformedRequests() {}

  /// Before the server starts.
  public static void markIn(NettyServerCustomizer.Registry server) {
    server.register(new OnChannel(null));
  }

  private record OnChannel(@Nullable Channel channel) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new OnChannel(channel);
    }

    @Override
    public void onStreamPipelineBuilt() {
      String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      if (channel != null && channel.pipeline().get(codec) != null) {
        channel.pipeline().addAfter(codec, "malformed-requests", new Marker());
      }
    }
  }

  /// Of one connection.
  private static final class Marker extends ChannelInboundHandlerAdapter {
    private @Nullable HttpRequest current;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        current = request;
        requireUri(request);
      }
      if (message instanceof HttpContent content
          && content.decoderResult().isFailure()
          && current != null) {
        current.setDecoderResult(content.decoderResult());
      }
      context.fireChannelRead(message);
    }

    private static void requireUri(HttpRequest request) {
      try {
        URI _ = new URI(request.uri());
      } catch (URISyntaxException e) {
        request.setUri("/");
        if (request.decoderResult().isSuccess()) {
          request.setDecoderResult(DecoderResult.failure(e));
        }
      }
    }
  }
}
