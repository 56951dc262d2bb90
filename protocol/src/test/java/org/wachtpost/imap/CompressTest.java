package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.imap.wire.WireLimits;

/** COMPRESS (RFC 4978), and what somebody who means ill can do with it. */
class CompressTest {
  private static final WireLimits SMALL = new WireLimits(1_000, 2_000, 10_000, 20, 5, 10);

  private static ImapFixture small() {
    return new ImapFixture(
        ImapLimits.STANDARD.withCommands(SMALL, 600_000).withAppendBytes(5_000), true);
  }

  /** A message that does not become smaller when it is compressed. */
  private static byte[] message(int lines) {
    Random random = new Random(lines);
    StringBuilder text = new StringBuilder("Subject: random\r\n\r\n");
    for (int line = 0; line < lines; line++) {
      random.ints(76, 33, 127).forEach(character -> text.append((char) character));
      text.append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void everythingGoesOnCompressed() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      assertThat(client.command("CAPABILITY").getFirst()).contains(" COMPRESS=DEFLATE");
      client.compress();
      assertThat(client.command("CAPABILITY").getFirst()).doesNotContain("COMPRESS");
      byte[] large = message(20_000);
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.append("INBOX", "", large);
      client.ok("SELECT INBOX");
      assertThat(client.ok("FETCH 2 BODY.PEEK[]").getFirst())
          .contains("{" + large.length + "}\r\n" + new String(large, StandardCharsets.US_ASCII));
      assertThat(client.ok("UID SEARCH ALL")).contains("* SEARCH 1 2");
      assertThat(client.command("COMPRESS DEFLATE"))
          .containsExactly("NO [COMPRESSIONACTIVE] compressed already");
      client.send("1 NOOP\r\n2 NOOP\r\n3 NOOP");
      assertThat(List.of(client.line(), client.line(), client.line()))
          .containsExactly("1 OK done", "2 OK done", "3 OK done");
    }
  }

  @Test
  void goesWithTls() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connectTls()) {
      client.ok("LOGIN " + ImapFixture.NAME + " " + ImapFixture.PASSWORD);
      client.compress();
      client.append("INBOX", "", message(1_000));
      client.ok("SELECT INBOX");
      assertThat(client.ok("FETCH 1 RFC822.SIZE").getFirst()).contains("RFC822.SIZE 78019");
    }
  }

  @Test
  void whoIdlesIsTold() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn();
        ImapClient other = server.logIn()) {
      client.compress();
      client.ok("SELECT INBOX");
      client.send("i IDLE");
      assertThat(client.line()).isEqualTo("+ idling");
      for (int round = 1; round <= 3; round++) {
        other.append("INBOX", "", ImapFixture.message("plain"));
        assertThat(client.line()).isEqualTo("* " + round + " EXISTS");
        assertThat(client.line()).isEqualTo("* " + round + " RECENT");
      }
      client.send("DONE");
      assertThat(client.until("i")).containsExactly("OK no longer idle");
    }
  }

  /** RFC 4978 §3: from the first byte behind the command's line, though nobody may send it yet. */
  @Test
  void whatComesInOnePieceWithTheCommandIsCompressed() throws Exception {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write("x COMPRESS DEFLATE\r\n".getBytes(StandardCharsets.US_ASCII));
      DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(9, true), true);
      out.write("y NOOP\r\nz APPEND INBOX {3+}\r\na\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      client.sendRaw(bytes.toByteArray());
      assertThat(client.line()).isEqualTo("x OK compressed from here on");
      client.goOnCompressed();
      assertThat(client.line()).isEqualTo("y OK done");
      assertThat(client.line()).startsWith("z OK [APPENDUID ");
    }
  }

  @Test
  void whatComesUncompressedBehindTheCommandIsNotCarriedOut() throws Exception {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.sendRaw(
          "x COMPRESS DEFLATE\r\ny DELETE Archive\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.line()).isEqualTo("x OK compressed from here on");
      client.goOnCompressed();
      assertThat(client.line()).isEqualTo("* BYE what came is not compressed data");
      assertThat(client.lineOrEnd()).isNull();
      assertThat(server.events.await(Offence.class).what()).isEqualTo("not-compressed");
    }
  }

  /** A refused COMPRESS leaves everything as it was, also what came behind it. */
  @Test
  void whoIsRefusedGoesOnUncompressed() throws Exception {
    try (ImapFixture server =
            new ImapFixture(ImapLimits.STANDARD.withCompressedConnections(0), true);
        ImapClient client = server.logIn()) {
      client.sendRaw("x COMPRESS DEFLATE\r\ny NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.line()).startsWith("x NO [LIMIT]");
      assertThat(client.line()).isEqualTo("y OK done");
    }
  }

  @Test
  void onlyDeflateAndOnlyAfterLogIn() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      assertThat(client.answer("COMPRESS DEFLATE"))
          .isEqualTo("BAD command not allowed before log-in");
      client.ok("LOGIN " + ImapFixture.NAME + " " + ImapFixture.PASSWORD);
      assertThat(client.answer("COMPRESS")).startsWith("BAD");
      assertThat(client.answer("COMPRESS LZ4")).startsWith("BAD");
      assertThat(client.answer("NOOP")).isEqualTo("OK done");
    }
  }

  @Test
  void compressedConnectionsAreCounted() {
    try (ImapFixture server =
            new ImapFixture(ImapLimits.STANDARD.withCompressedConnections(1), true);
        ImapClient second = server.logIn()) {
      try (ImapClient first = server.logIn()) {
        first.compress();
        assertThat(second.answer("COMPRESS DEFLATE")).startsWith("NO [LIMIT]");
        first.ok("LOGOUT");
        assertThat(first.lineOrEnd()).isNull();
      }
      // The end was seen by the client after the place was given back.
      second.compress();
      second.ok("NOOP");
    }
  }

  @Test
  void whatUnfoldsToALongLineIsRefusedAndNotKept() throws Exception {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      client.compress();
      client.sendRaw("x SEARCH SUBJECT ".getBytes(StandardCharsets.US_ASCII));
      client.sendRaw(new byte[16 * 1024 * 1024]);
      assertThat(client.line()).isEqualTo("* BYE command is too long");
      assertThat(server.events.await(Offence.class).what()).isEqualTo("too-long");
      // Unfolded as far as it was read, not to its end.
      assertThat(server.events.await(SessionEnd.class).counts().bytesIn())
          .isLessThan(SMALL.skipBytes() + 64 * 1024);
    }
  }

  @Test
  void whatUnfoldsToALongLiteralIsRefused() throws Exception {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      client.compress();
      client.ok("SELECT INBOX");
      client.sendRaw("x SEARCH SUBJECT {3000+}\r\n".getBytes(StandardCharsets.US_ASCII));
      client.sendRaw(new byte[3_000]);
      client.send("");
      assertThat(client.until("x").getLast()).startsWith("BAD literals longer than 2000 bytes");
      client.sendRaw("y APPEND INBOX {6000+}\r\n".getBytes(StandardCharsets.US_ASCII));
      client.sendRaw(new byte[6_000]);
      client.send("");
      assertThat(client.until("y").getLast()).startsWith("NO [TOOBIG]");
      client.sendRaw("z APPEND INBOX {99999999+}\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.line()).isEqualTo("* BYE command is too long");
      assertThat(server.spooled()).isZero();
    }
  }

  @Test
  void whatIsNotCompressedEndsTheConnection() throws Exception {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      OutputStream plain = client.socket().getOutputStream();
      client.compress();
      plain.write("x NOOP\r\nx NOOP\r\nx NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.line()).isEqualTo("* BYE what came is not compressed data");
      assertThat(server.events.await(Offence.class).what()).isEqualTo("not-compressed");
    }
  }

  @Test
  void endOfTheCompressedStreamIsTheEnd() throws Exception {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      OutputStream plain = client.socket().getOutputStream();
      client.compress();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DeflaterOutputStream whole = new DeflaterOutputStream(bytes, new Deflater(9, true))) {
        whole.write("x NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      plain.write(bytes.toByteArray());
      assertThat(client.line()).isEqualTo("x OK done");
      assertThat(client.lineOrEnd()).isNull();
      assertThat(server.events.await(SessionEnd.class).how()).isEqualTo("closed");
    }
  }

  /** Blocks of nothing: bytes come for ever, and no byte of a command. */
  @Test
  void nothingInManyBytesIsStillSilence() throws Exception {
    Duration shortly = Duration.ofMillis(50);
    ImapLimits.Waits standard = ImapLimits.Waits.STANDARD;
    ImapLimits limits =
        ImapLimits.STANDARD.withWaits(
            new ImapLimits.Waits(standard.unauthenticated(), standard.command(), shortly, shortly));
    try (ImapFixture server = new ImapFixture(limits, true);
        ImapClient client = server.logIn()) {
      OutputStream plain = client.socket().getOutputStream();
      client.compress();
      byte[] nothing = new byte[5 * 1000];
      for (int at = 0; at < nothing.length; at += 5) {
        nothing[at + 3] = (byte) 0xff;
        nothing[at + 4] = (byte) 0xff;
      }
      assertThat(sentUntilRefused(plain, nothing)).isTrue();
      assertThat(server.events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  private static boolean sentUntilRefused(OutputStream out, byte[] bytes) {
    try {
      for (int round = 0; round < 1_000_000; round++) {
        out.write(bytes);
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
