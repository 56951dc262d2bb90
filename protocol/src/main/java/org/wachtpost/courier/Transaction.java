package org.wachtpost.courier;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;

/** One message over a connection (RFC 5321 §3.3). Used by one thread, once. */
final class Transaction {
  /** Octets a second that the content leaves with at least, all in all. */
  static final int LEAST_OCTETS_PER_SECOND = 4_096;

  private static final int BLOCK = 32 * 1024;

  private static final String DATA = "DATA";

  private static final Answer ASCII_ONLY =
      new Answer(553, "5.6.7", "the host takes ASCII addresses only");

  private final Wire wire;
  private final CourierSettings settings;
  private final Extensions extensions;
  private final OutboundMessage message;
  private final boolean first;
  private final boolean authenticated;

  /** Those of the recipients that this transaction is for. */
  private final List<OutboundRecipient> recipients;

  private boolean broken;

  /** Whether the host has said something to the whole content, which ends the transaction. */
  private boolean ended;

  /**
   * @param first whether the connection has carried nothing before
   * @param authenticated whether the host was logged in to
   */
  Transaction(
      Wire wire,
      CourierSettings settings,
      Extensions extensions,
      OutboundMessage message,
      boolean first,
      boolean authenticated) {
    this.wire = wire;
    this.settings = settings;
    this.extensions = extensions;
    this.message = message;
    this.first = first;
    this.authenticated = authenticated;
    int most = Math.min(extensions.mostRecipients(), message.recipients().size());
    this.recipients = message.recipients().subList(0, most);
  }

  /** Whether the connection is of no more use. */
  boolean isBroken() {
    return broken;
  }

  /**
   * One answer per recipient of the message, those included that the host takes at another time
   * only; none if the host takes 7-bit lines only.
   *
   * @throws BrokenEarly if the connection broke before the content
   */
  Optional<List<Answer>> run() throws IOException {
    ContentScan scan = ContentScan.of(message.content());
    Answer objection = objection(scan);
    if (objection != null) {
      return Optional.of(Collections.nCopies(message.recipients().size(), objection));
    }
    if (!takes(scan)) {
      return Optional.empty();
    }
    List<OutboundRecipient> able = message.recipients().stream().filter(this::canBeNamed).toList();
    if (able.size() < message.recipients().size()) {
      return Optional.of(withOthersRefused(able));
    }
    List<Answer> answers = new ArrayList<>(answers(scan));
    while (answers.size() < message.recipients().size()) {
      answers.add(Answer.tooMany("the host takes " + recipients.size() + " recipients at a time"));
    }
    return Optional.of(answers);
  }

  /** RFC 6531 §3.2: an address that needs SMTPUTF8 does not keep the message from the others. */
  private boolean canBeNamed(OutboundRecipient recipient) {
    return extensions.has("SMTPUTF8") || isAscii(wired(recipient.address()));
  }

  private List<Answer> withOthersRefused(List<OutboundRecipient> able) throws IOException {
    Transaction others =
        new Transaction(wire, settings, extensions, message.to(able), first, authenticated);
    List<Answer> answers = new ArrayList<>();
    try {
      // It takes the content, or this would not have come so far.
      Iterator<Answer> said = others.run().orElseThrow().iterator();
      for (OutboundRecipient recipient : message.recipients()) {
        answers.add(canBeNamed(recipient) ? said.next() : ASCII_ONLY);
      }
    } finally {
      broken |= others.isBroken();
    }
    return answers;
  }

  /** One for each of {@link #recipients}. */
  private List<Answer> answers(ContentScan scan) throws IOException {
    List<String> commands = new ArrayList<>();
    commands.add(mailFrom(scan));
    for (OutboundRecipient recipient : recipients) {
      commands.add(rcptTo(recipient));
    }
    boolean chunking = extensions.has("CHUNKING");
    boolean askedEarly = !chunking && extensions.has("PIPELINING");
    if (askedEarly) {
      commands.add(DATA); // RFC 2920 §3.1: the last of a group
    }
    List<FarReply> replies = envelope(commands);
    FarReply go = askedEarly ? replies.removeLast() : null;
    FarReply mail = replies.getFirst();
    if (!mail.isPositive()) {
      forget(go);
      return Collections.nCopies(recipients.size(), mail.answer());
    }
    List<Answer> answers = ofRecipients(replies.subList(1, replies.size()));
    if (answers.stream().noneMatch(Answer::isPositive)) {
      forget(go);
      return answers;
    }
    FarReply end;
    try {
      end = chunking ? chunk() : data(go);
    } catch (IOException e) {
      broken = true;
      String said = String.valueOf(e.getMessage());
      end = new FarReply(451, List.of("4.4.2 broken off within the message: " + said));
    }
    broken |= end.code() == 421;
    if (!end.isPositive() && !ended) {
      forget(null); // RFC 3030 §2: after a refused BDAT too
    }
    Answer whole = end.answer();
    return answers.stream().map(each -> each.isPositive() ? whole : each).toList();
  }

  /**
   * RFC 5321 §4.5.3.1.10: 552 used to be the code for too many recipients, which only somebody
   * behind the first can be.
   */
  private static List<Answer> ofRecipients(List<FarReply> replies) {
    List<Answer> answers = new ArrayList<>();
    boolean taken = false;
    for (FarReply reply : replies) {
      Answer answer = reply.answer();
      taken |= answer.isPositive();
      boolean tooMany =
          taken
              && answer.code() == 552
              && (answer.enhanced().equals("5.0.0") || answer.enhanced().equals("5.5.3"));
      answers.add(tooMany ? Answer.tooMany(answer.text()) : answer);
    }
    return answers;
  }

  /** One reply per command; only the first if it is a refusal that came before the others. */
  private List<FarReply> envelope(List<String> commands) throws BrokenEarly {
    boolean together = extensions.has("PIPELINING");
    List<FarReply> replies = new ArrayList<>();
    try {
      if (together) {
        // RFC 2920 §3.1: so few recipients (QueueSettings) that their replies fit on the way here.
        wire.send(settings.block(), commands);
      }
      while (replies.size() < commands.size()) {
        FarReply reply =
            together
                ? wire.reply(settings.command())
                : wire.exchange(settings, commands.get(replies.size()));
        if (reply.code() == 421 && !first && replies.isEmpty()) {
          throw new IOException("closed while it was kept: " + reply);
        }
        replies.add(reply);
        if (reply.code() == 421) {
          // RFC 5321 §3.8: it closes, so this is its answer to all that follows.
          broken = true;
          replies.addAll(Collections.nCopies(commands.size() - replies.size(), reply));
        }
        if (!together && !replies.getFirst().isPositive()) {
          break;
        }
      }
      return replies;
    } catch (IOException e) {
      broken = true;
      throw new BrokenEarly(e);
    }
  }

  /** What this server cannot take (RFC 6152 §3, RFC 6531 §3.2, RFC 1870 §6), or null. */
  private @Nullable Answer objection(ContentScan scan) {
    if (message.content().size() > extensions.size()) {
      return new Answer(552, "5.3.4", "the host takes no message of this size");
    }
    if (message.options().requireTls() && !extensions.has("REQUIRETLS")) {
      return new Answer(550, "5.7.30", "the host offers no REQUIRETLS");
    }
    if (!extensions.has("SMTPUTF8")) {
      if (!isAscii(wired(message.sender()))
          || message.recipients().stream().noneMatch(this::canBeNamed)) {
        return ASCII_ONLY;
      }
      if (message.options().smtpUtf8() && scan.eightBitHeader()) {
        return new Answer(554, "5.6.9", "the host takes ASCII headers only");
      }
    }
    return null;
  }

  private boolean hasAsciiAddresses() {
    return isAscii(wired(message.sender()))
        && message.recipients().stream().allMatch(each -> isAscii(wired(each.address())));
  }

  /** Whether the content may go as it is (RFC 6152 §3, RFC 3030 §3). */
  private boolean takes(ContentScan scan) {
    if (scan.binary()) {
      return extensions.has("CHUNKING") && extensions.has("BINARYMIME");
    }
    return !scan.eightBit() || extensions.has("8BITMIME");
  }

  private String mailFrom(ContentScan scan) {
    StringBuilder line = new StringBuilder("MAIL FROM:<").append(wired(message.sender()));
    line.append('>');
    if (extensions.has("SIZE")) {
      line.append(" SIZE=").append(message.content().size());
    }
    if (scan.binary()) {
      line.append(" BODY=").append(BodyType.BINARY_MIME.keyword());
    } else if (scan.eightBit()) {
      line.append(" BODY=").append(BodyType.EIGHT_BIT_MIME.keyword());
    }
    boolean utf8 = message.options().smtpUtf8() || !hasAsciiAddresses();
    if (utf8 && extensions.has("SMTPUTF8")) {
      line.append(" SMTPUTF8");
    }
    if (message.options().requireTls()) {
      line.append(" REQUIRETLS");
    }
    if (extensions.has("DSN")) {
      String ret = message.options().ret();
      String envid = message.options().envid();
      line.append(ret == null ? "" : " RET=" + ret);
      line.append(envid == null ? "" : " ENVID=" + envid);
    }
    if (authenticated) {
      line.append(" AUTH=<>"); // RFC 4954 §5: nobody's word on who submitted it is passed on
    }
    return line.toString();
  }

  private String rcptTo(OutboundRecipient recipient) {
    StringBuilder line = new StringBuilder("RCPT TO:<").append(wired(recipient.address()));
    line.append('>');
    if (extensions.has("DSN")) {
      if (!recipient.notifyOn().isEmpty()) {
        line.append(" NOTIFY=");
        line.append(
            recipient.notifyOn().stream()
                .map(Notify::name)
                .sorted()
                .collect(Collectors.joining(",")));
      }
      String original = recipient.originalRecipient();
      line.append(original == null ? "" : " ORCPT=" + original);
    }
    return line.toString();
  }

  /** The address with its domain as A-labels, so that only the local part can need SMTPUTF8. */
  private static String wired(String address) {
    int at = address.lastIndexOf('@');
    String domain = address.substring(at + 1);
    return at < 0 || isAscii(domain)
        ? address
        : address.substring(0, at + 1) + MailAddress.normalDomain(domain).orElse(domain);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /**
   * @param asked the reply to DATA if that has been sent already
   */
  private FarReply data(@Nullable FarReply asked) throws IOException {
    FarReply go = asked == null ? wire.exchange(settings, DATA) : asked;
    if (go.code() != 354) {
      return go.isPositive() ? new FarReply(451, List.of("DATA answered by " + go)) : go;
    }
    DotStuffing stuffing = new DotStuffing(wire.out());
    blocks((block, count, last) -> {
      stuffing.write(block, count);
      if (last) {
        stuffing.end();
      }
    });
    FarReply end = wire.reply(settings.end());
    ended = true;
    return end;
  }

  /** RFC 3030 §2: the whole content as one chunk. */
  private FarReply chunk() throws IOException {
    String command = "BDAT " + message.content().size() + " LAST";
    wire.writing(settings.block(), false, () -> wire.command(command));
    blocks((block, count, last) -> wire.out().write(block, 0, count));
    return wire.reply(settings.end());
  }

  /** What is done with a block of content. */
  @FunctionalInterface
  private interface BlockWriter {
    void write(byte[] block, int count, boolean last) throws IOException;
  }

  /**
   * Every block in its time (RFC 5321 §4.5.3.2.5), and all of them in theirs: a host that reads an
   * octet now and then would keep one of the connections that there are for as long as it likes.
   * What is small leaves in one piece.
   */
  private void blocks(BlockWriter writer) throws IOException {
    MessageContent content = message.content();
    Duration most = settings.end().plusSeconds(content.size() / LEAST_OCTETS_PER_SECOND);
    try (InputStream in = content.open();
        Deadlines.Watch watch = wire.watch(most)) {
      byte[] block = new byte[BLOCK];
      boolean over = false;
      while (!over) {
        int count = in.readNBytes(block, 0, BLOCK);
        boolean last = count < BLOCK;
        wire.writing(settings.block(), last, () -> writer.write(block, count, last));
        over = last;
      }
      watch.throwIfPassed();
    }
  }

  /**
   * Forgets a transaction that came to nothing; whoever does not answer is not used again.
   *
   * @param go the reply to DATA if that was sent: RFC 2920 §3.1, it may have been taken all the
   *     same, and then waits for content
   */
  private void forget(@Nullable FarReply go) {
    if (broken) {
      return;
    }
    try {
      if (go != null && go.code() == 354) {
        wire.exchange(settings, ".");
      }
      broken = wire.exchange(settings, "RSET").code() != 250;
    } catch (IOException e) {
      broken = true; // the answers stand; only the connection is of no more use
    }
  }
}
