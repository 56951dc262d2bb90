package org.wachtpost.admin;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Talks to a running server. */
final class AdminClient implements Admin {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;

  private AdminClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    this.out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /** Connects; empty if no server runs in this data directory. */
  static Optional<Admin> connect(Path directory) {
    try {
      Path socket = SocketPlace.find(directory);
      if (!Files.exists(socket)) {
        return Optional.empty();
      }
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return Optional.of(new AdminClient(channel));
      } catch (IOException e) {
        channel.close();
        return Optional.empty(); // left over from a server that was killed
      }
    } catch (IOException e) {
      throw new AdminException("cannot open a socket: " + e.getMessage());
    }
  }

  @Override
  public JsonNode call(ObjectNode request, byte[] attachment, Consumer<JsonNode> items) {
    try {
      Frames.write(out, request);
      Frames.writeBytes(out, attachment);
      out.flush();
      while (true) {
        JsonNode answer =
            Frames.read(in)
                .orElseThrow(() -> new AdminException("the server ended the conversation"));
        if (answer.has("item")) {
          items.accept(answer.get("item"));
        } else if (answer.path("ok").asBoolean()) {
          return answer.path("result");
        } else {
          throw new AdminException(answer.path("error").asString());
        }
      }
    } catch (IOException e) {
      throw new AdminException("the server cannot be reached: " + e.getMessage());
    }
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new AdminException("the connection cannot be closed: " + e.getMessage());
    }
  }
}
