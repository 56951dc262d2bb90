package org.wachtpost.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Origin;

/**
 * An accepted connection. The thread that serves it reads and sets deadlines; any thread may write.
 */
public final class Connection {
  /** A connection whose read does not end at its deadline is closed this much later. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final long NEVER = Long.MAX_VALUE;
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int LINGER_BYTES = 4 * 1024 * 1024;

  private final Socket raw;
  private final Origin origin;
  private final NetworkSettings settings;
  private final @Nullable TlsServer tlsServer;
  private final Tally tally = new Tally();
  private final Input input;
  private final Output output;
  private final ReentrantLock state = new ReentrantLock();
  private @Nullable SSLSocket tls;
  private @Nullable TlsInfo tlsInfo;
  private boolean awaiting;
  private volatile byte[] farewell;
  private volatile boolean crowdedOut;
  private volatile long closeBy = NEVER;
  private volatile boolean shuttingDown;
  private volatile boolean inputEnded;
  private volatile boolean reading;
  private volatile boolean late;
  private volatile long readDeadline = NEVER;
  private volatile long writeDeadline = NEVER;

  Connection(
      Socket raw,
      Origin origin,
      NetworkSettings settings,
      @Nullable TlsServer tlsServer,
      LargeBuffers buffers,
      byte[] farewell)
      throws IOException {
    this.raw = raw;
    this.origin = origin;
    this.settings = settings;
    this.tlsServer = tlsServer;
    this.farewell = farewell;
    this.input = new Input(this, raw.getInputStream(), buffers);
    this.output = new Output(this, raw.getOutputStream());
  }

  public Origin origin() {
    return origin;
  }

  /** Address of the far end. */
  public InetAddress remote() {
    return raw.getInetAddress();
  }

  /** Whether the far end has sent something already, in plaintext. Does not wait. */
  public boolean hasEarlyInput() throws IOException {
    return input.buffered() > 0 || (tls == null && raw.getInputStream().available() > 0);
  }

  /** Waits for the far end to say something, in plaintext; false if it does not by then. */
  public boolean speaksWithin(Duration wait) throws IOException {
    readDeadline = NEVER;
    // The watch thread would end the connection: silence is what is hoped for here.
    raw.setSoTimeout(Math.max(1, Math.toIntExact(wait.toMillis())));
    try {
      return input.peek() >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      raw.setSoTimeout(0);
    }
  }

  /** Whether the far end is this machine. */
  public boolean isLoopback() {
    return remote().isLoopbackAddress();
  }

  public Tally tally() {
    return tally;
  }

  public Input input() {
    return input;
  }

  public Output output() {
    return output;
  }

  /** What TLS agreed on; empty in plaintext. */
  public Optional<TlsInfo> tls() {
    return Optional.ofNullable(tlsInfo);
  }

  public boolean isTls() {
    return tlsInfo != null;
  }

  /** Whether {@link #startTls} may be called. */
  public boolean canStartTls() {
    return tlsServer != null && tlsInfo == null;
  }

  /**
   * Throws away what was received, makes a TLS handshake and goes on with TLS.
   *
   * @return how many bytes were thrown away: they came before the handshake and must not count
   */
  public int startTls() throws IOException {
    if (tlsServer == null || tlsInfo != null) {
      throw new IllegalStateException("TLS cannot start here");
    }
    output.flush();
    SSLSocket made = tlsServer.over(raw);
    deadline(settings.waits().handshake());
    beforeRead();
    try {
      made.startHandshake();
    } catch (IOException e) {
      throw late ? timedOut(e) : e;
    } finally {
      afterRead();
    }
    tls = made;
    tlsInfo = infoOf(made.getSession());
    output.replace(made.getOutputStream());
    return input.replace(made.getInputStream());
  }

  /**
   * Goes on compressed, both ways (RFC 1951 without a header). Bytes are counted as they are
   * without it.
   */
  public void compress() throws IOException {
    output.deflate();
    input.inflate();
  }

  private static TlsInfo infoOf(SSLSession session) {
    String serverName = null;
    if (session instanceof ExtendedSSLSession extended) {
      List<SNIServerName> names = extended.getRequestedServerNames();
      if (!names.isEmpty() && names.getFirst() instanceof SNIHostName host) {
        serverName = host.getAsciiName();
      }
    }
    return new TlsInfo(session.getProtocol(), session.getCipherSuite(), serverName);
  }

  /**
   * Channel binding data by name ({@code tls-exporter}, {@code tls-server-end-point}); empty in
   * plaintext.
   */
  public Map<String, byte[]> channelBindings() {
    return tls == null ? Map.of() : ChannelBindings.of(tls.getSession());
  }

  /**
   * Waits for the first byte of the next command, with no buffers kept. The server may say farewell
   * meanwhile.
   *
   * @return false when the far end has closed its side
   * @throws ConnectionEnd by timeout (say so and return), or by shutdown
   */
  public boolean awaitCommand(Duration timeout) throws IOException {
    if (input.buffered() > 0 && !shuttingDown) {
      return true;
    }
    output.flush();
    input.dropIfEmpty();
    output.dropIfEmpty();
    await(true);
    deadline(timeout);
    try {
      boolean there = input.peek() >= 0;
      if (!there && shuttingDown) {
        throw new ConnectionEnd(ConnectionEnd.Cause.SHUTDOWN); // farewell has been said
      }
      return there;
    } catch (IOException e) {
      if (shuttingDown) {
        throw new ConnectionEnd(ConnectionEnd.Cause.SHUTDOWN);
      }
      throw e;
    } finally {
      await(false);
    }
  }

  private void await(boolean value) throws IOException {
    state.lock();
    try {
      awaiting = value;
      if (value && shuttingDown) {
        sayFarewell();
      }
    } finally {
      state.unlock();
    }
    if (shuttingDown && value) {
      throw new ConnectionEnd(ConnectionEnd.Cause.SHUTDOWN);
    }
  }

  /** Every wait for input must be over by then, whether bytes trickle in or not. */
  public void deadline(Duration fromNow) {
    readDeadline = System.nanoTime() + fromNow.toNanos();
  }

  /** Gives a bulk transfer more time: moves the deadline away by this much. */
  public void extendDeadline(Duration by) {
    long now = readDeadline;
    readDeadline = now + by.toNanos();
  }

  /** True when the server shuts down: finish the command, then end. */
  public boolean shuttingDown() {
    return shuttingDown;
  }

  /** Asks the session to end: at once if it waits for a command, else after its command. */
  void shutDown() {
    state.lock();
    try {
      shuttingDown = true;
      if (awaiting) {
        sayFarewell();
        raw.shutdownInput();
      }
    } catch (IOException e) {
      closeNow();
    } finally {
      state.unlock();
    }
  }

  /**
   * Ends the session for others' sake: at once if it waits for a command, else with no more input.
   */
  void crowdOut(byte[] text) {
    tally.endsBy("crowded-out");
    farewell = text;
    crowdedOut = true;
    closeBy = System.nanoTime() + GRACE.toNanos();
    shutDown();
    endInput();
  }

  /** Whether it ends (see {@link #shuttingDown}) because there are too many. */
  public boolean isCrowdedOut() {
    return crowdedOut;
  }

  /**
   * Nothing more is read: whoever reads, now or later, finds the end of input, as if the far end
   * had closed its side. What is said still goes out. For any thread.
   */
  public void endInput() {
    inputEnded = true;
    try {
      raw.shutdownInput();
    } catch (IOException e) {
      closeNow();
    }
  }

  boolean isInputEnded() {
    return inputEnded;
  }

  /** The session has had its time to finish its command: it ends now and may still say so. */
  void cutShort() {
    tally.endsBy(ConnectionEnd.Cause.SHUTDOWN.word());
    endInput();
  }

  private void sayFarewell() throws IOException {
    output.write(farewell);
    output.flush();
    tally.endsBy(ConnectionEnd.Cause.SHUTDOWN.word());
  }

  void beforeRead() throws ConnectionEnd {
    if (late || (readDeadline != NEVER && readDeadline - System.nanoTime() <= 0)) {
      throw new ConnectionEnd(ConnectionEnd.Cause.TIMEOUT);
    }
    reading = true;
  }

  void afterRead() {
    reading = false;
  }

  /** True when a read has ended because its deadline was over, whatever it says. */
  boolean isLate() {
    return late;
  }

  static ConnectionEnd timedOut(IOException cause) {
    ConnectionEnd end = new ConnectionEnd(ConnectionEnd.Cause.TIMEOUT);
    end.addSuppressed(cause);
    return end;
  }

  void writing(boolean begins) {
    writeDeadline = begins ? System.nanoTime() + settings.waits().write().toNanos() : NEVER;
  }

  /**
   * Ends a read that has gone on for too long, and closes the socket if that or a write goes on
   * still; for the watch thread. A timer for each read would cost more than the read.
   */
  void endIfLate(long nanoTime) {
    long read = readDeadline;
    long write = writeDeadline;
    // Between two reads the session works, and no deadline of reading holds.
    boolean lateRead = reading && read != NEVER && nanoTime - read > 0;
    boolean lateWrite = write != NEVER && nanoTime - write > 0;
    long close = closeBy;
    boolean overdue = close != NEVER && nanoTime - close > 0;
    if (overdue || lateWrite || (lateRead && nanoTime - read > GRACE.toNanos())) {
      tally.endsBy(ConnectionEnd.Cause.TIMEOUT.word());
      closeNow();
    } else if (lateRead && !late) {
      late = true;
      try {
        raw.shutdownInput(); // what we say at parting still goes out
      } catch (IOException e) {
        closeNow();
      }
    }
  }

  /** Closes politely: what was written arrives even if the far end is still sending. */
  void close() {
    try {
      output.finish();
      writing(true);
      if (tls != null) {
        tls.shutdownOutput();
      }
      raw.shutdownOutput();
      writing(false);
      linger();
    } catch (IOException e) {
      tally.endsBy("reset");
    } finally {
      closeNow();
      input.end();
      output.end();
    }
  }

  /** Closing with unread input would reset the connection and destroy the last reply. */
  private void linger() throws IOException {
    byte[] waste = new byte[8192];
    int read = 0;
    long until = System.nanoTime() + LINGER.toNanos();
    raw.setSoTimeout(Math.toIntExact(LINGER.toMillis()));
    while (read >= 0 && System.nanoTime() < until && read < LINGER_BYTES) {
      try {
        int count = raw.getInputStream().read(waste);
        read = count < 0 ? -1 : read + count;
      } catch (SocketTimeoutException e) {
        return; // it has had its time
      }
    }
  }

  /** Closes the socket at once. */
  void closeNow() {
    try {
      raw.close();
    } catch (IOException e) {
      tally.endsBy("reset");
    }
  }
}
