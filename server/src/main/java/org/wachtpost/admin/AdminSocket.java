package org.wachtpost.admin;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.net.AcceptLoop;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Listens on a Unix socket in the data directory. Who may open the directory may administer: it
 * belongs to the server's user and nobody else can enter it.
 */
public final class AdminSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);

  private final ServerSocketChannel server;
  private final Path directory;
  private final Function<String, Admin> admins;
  private final AcceptLoop loop;

  private AdminSocket(ServerSocketChannel server, Path directory, Function<String, Admin> admins) {
    this.server = server;
    this.directory = directory;
    this.admins = admins;
    this.loop =
        new AcceptLoop(this::accept, AcceptLoop.PAUSE, what -> LOG.warn("admin socket: {}", what));
  }

  /** Connects to the server that runs on this data directory; empty if none does. */
  public static Optional<Admin> connect(Path directory) {
    return AdminClient.connect(directory);
  }

  /**
   * Starts to listen.
   *
   * @param admins makes what carries out the requests of one connection, for the system's user who
   *     made it
   */
  public static AdminSocket open(Path directory, Function<String, Admin> admins)
      throws IOException {
    Path path = SocketPlace.make(directory);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    AdminSocket socket = new AdminSocket(server, directory, admins);
    Thread.ofVirtual().name("admin-accept").start(socket.loop::run);
    return socket;
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    Thread.ofVirtual().name("admin").start(() -> serve(channel));
  }

  private void serve(SocketChannel channel) {
    try (channel;
        Admin admin = admins.apply(caller(channel));
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)))) {
      while (true) {
        Optional<JsonNode> request = Frames.read(in);
        if (request.isEmpty()) {
          return;
        }
        byte[] attachment = Frames.readBytes(in);
        Frames.write(out, answer(admin, request.get(), attachment, out));
        out.flush();
      }
    } catch (IOException | JacksonException e) {
      LOG.info("admin connection ended: {}", e.toString());
    }
  }

  /** The kernel says who it is, where it can; a number if the user has no name. */
  private static String caller(SocketChannel channel) throws IOException {
    try {
      return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    } catch (UnsupportedOperationException e) {
      return "?"; // not Linux and not macOS
    }
  }

  private static JsonNode answer(
      Admin admin, JsonNode request, byte[] attachment, DataOutputStream out) {
    ObjectNode answer = Frames.JSON.createObjectNode();
    try {
      if (!(request instanceof ObjectNode object)) {
        throw new AdminException("not a request");
      }
      JsonNode result = admin.call(object, attachment, item -> writeItem(out, item));
      answer.put("ok", true);
      answer.set("result", result);
    } catch (AdminException e) {
      answer.put("ok", false);
      answer.put("error", e.getMessage());
    }
    return answer;
  }

  private static void writeItem(DataOutputStream out, JsonNode item) {
    ObjectNode frame = Frames.JSON.createObjectNode();
    frame.set("item", item);
    try {
      Frames.write(out, frame);
    } catch (IOException e) {
      throw new AdminException("the other side has gone: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    loop.close();
    try {
      server.close();
      SocketPlace.remove(directory);
    } catch (IOException e) {
      LOG.warn("closing the admin socket failed: {}", e.toString());
    }
  }
}
