package org.wachtpost.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/**
 * A DNS server on loopback, over UDP and TCP on one free port, that says what a test tells it to.
 * Each socket has a thread of its own; closing the server ends them.
 */
public final class StubDnsServer implements AutoCloseable {

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Function<Message, Optional<Message>> answers;
  private final int maxUdp;
  private final AtomicInteger udpQuestions = new AtomicInteger();
  private final AtomicInteger tcpQuestions = new AtomicInteger();

  /**
   * @param maxUdp larger answers are truncated over UDP, octets
   * @param answers what to say to a question; empty to stay silent
   */
  public StubDnsServer(int maxUdp, Function<Message, Optional<Message>> answers)
      throws IOException {
    this.maxUdp = maxUdp;
    this.answers = answers;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    DatagramSocket bound = null;
    ServerSocket listening = null;
    // The port that is free for UDP may be taken for TCP: take another then.
    while (listening == null) {
      bound = new DatagramSocket(0, loopback);
      try {
        listening = new ServerSocket(bound.getLocalPort(), 50, loopback);
      } catch (IOException _) {
        bound.close();
      }
    }
    this.udp = bound;
    this.tcp = listening;
    Thread.ofVirtual().start(this::serveUdp);
    Thread.ofVirtual().start(this::serveTcp);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort());
  }

  public int udpQuestions() {
    return udpQuestions.get();
  }

  public int tcpQuestions() {
    return tcpQuestions.get();
  }

  /** An answer that fits a question: id, question, flags. */
  public static Message answerTo(Message question) {
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.getHeader().setFlag(Flags.RD);
    answer.addRecord(question.getQuestion(), Section.QUESTION);
    return answer;
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        udpQuestions.incrementAndGet();
        Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        Optional<Message> answer = answers.apply(question);
        if (answer.isPresent()) {
          byte[] wire = answer.get().toWire(maxUdp);
          udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        if (!udp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        byte[] wire = in.readNBytes(in.readUnsignedShort());
        tcpQuestions.incrementAndGet();
        Optional<Message> answer = answers.apply(new Message(wire));
        if (answer.isPresent()) {
          byte[] reply = answer.get().toWire(65535);
          out.writeShort(reply.length);
          out.write(reply);
          out.flush();
        }
      } catch (IOException e) {
        if (!tcp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
