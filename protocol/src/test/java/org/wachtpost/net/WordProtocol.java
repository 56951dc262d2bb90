package org.wachtpost.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A protocol of words, a line each; it says the word of a refusal, and farewell. */
interface WordProtocol extends Protocol {
  /** Says a line. */
  static void say(Connection connection, String text) throws IOException {
    connection.output().write(text + "\r\n");
    connection.output().flush();
  }

  @Override
  default byte[] refusal(Refusal reason) {
    return (reason.word() + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  default byte[] farewell() {
    return "farewell\r\n".getBytes(StandardCharsets.US_ASCII);
  }
}
