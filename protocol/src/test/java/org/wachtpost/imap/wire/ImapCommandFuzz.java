package org.wachtpost.imap.wire;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** What a client sends: {@code bin/dev fuzz imap SECONDS}. */
public final class ImapCommandFuzz {
  private ImapCommandFuzz() {}

  /** One input: any number of commands. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteArrayInputStream bytes = new ByteArrayInputStream(data);
    CommandReader in = new CommandReader(ByteSource.of(bytes), WireLimits.STANDARD, () -> {});
    try {
      while (bytes.available() > 0) {
        int before = bytes.available();
        in.start();
        command(in);
        in.skipRest();
        if (bytes.available() >= before) {
          throw new AssertionError("a command of no bytes");
        }
      }
    } catch (EOFException | OutOfStepException ended) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void command(CommandReader in) throws IOException {
    try {
      in.tag();
      in.space();
      String word = in.word();
      in.space();
      switch (word) {
        case "FETCH" -> {
          in.sequenceSet().resolve(9);
          in.space();
          FetchItem.readAll(in);
        }
        case "SEARCH" -> SearchProgram.read(in, false);
        case "SORT" -> SearchProgram.readWithCharset(in, SearchReturn.PLAIN, true);
        case "STORE" -> in.flagList();
        case "SELECT" -> ModifiedUtf7.encode(ModifiedUtf7.decode(in.text()));
        case "APPEND" -> {
          in.astring();
          in.space();
          ImapDates.dateTime(in);
          in.space();
          in.acceptLiteral(in.literalHeader(), OutputStream.nullOutputStream());
        }
        default -> {
          in.nstring();
          in.space();
          in.listMailbox();
        }
      }
      in.end();
    } catch (ImapSyntaxException | SearchProgram.RefusedException refused) {
      if (String.valueOf(refused.getMessage()).length() > 200) {
        throw new AssertionError("a refusal that repeats its input", refused);
      }
    }
  }
}
