package org.wachtpost.imap;

import java.util.ArrayList;
import java.util.List;
import org.wachtpost.sasl.SaslContext;

/** What is advertised, and where it is written down. */
final class Capabilities {
  /** Before and after log-in: what a client may need to know to choose how to begin. */
  private static final List<String> ALWAYS =
      List.of(
          "IMAP4rev1", // RFC 3501
          "IMAP4rev2", // RFC 9051
          "LITERAL+", // RFC 7888
          "SASL-IR", // RFC 4959
          "ID", // RFC 2971
          "ENABLE"); // RFC 5161

  private static final List<String> LOGGED_IN =
      List.of(
          "IDLE", // RFC 2177
          "NAMESPACE", // RFC 2342
          "UIDPLUS", // RFC 4315
          "UNSELECT", // RFC 3691
          "CHILDREN", // RFC 3348
          "BINARY", // RFC 3516
          "MOVE", // RFC 6851
          "CONDSTORE", // RFC 7162
          "QRESYNC", // RFC 7162
          "ESEARCH", // RFC 4731
          "SEARCHRES", // RFC 5182
          "WITHIN", // RFC 5032
          "SORT", // RFC 5256
          "SORT=DISPLAY", // RFC 5957
          "ESORT", // RFC 5267
          "PARTIAL", // RFC 9394
          "THREAD=ORDEREDSUBJECT", // RFC 5256
          "THREAD=REFERENCES", // RFC 5256
          "MULTIAPPEND", // RFC 3502
          "LIST-EXTENDED", // RFC 5258
          "LIST-STATUS", // RFC 5819
          "SPECIAL-USE", // RFC 6154
          "CREATE-SPECIAL-USE", // RFC 6154
          "STATUS=SIZE", // RFC 8438
          "QUOTA", // RFC 9208
          "QUOTA=RES-STORAGE", // RFC 9208
          "QUOTA=RES-MESSAGE", // RFC 9208
          "OBJECTID", // RFC 8474
          "SAVEDATE", // RFC 8514
          "PREVIEW", // RFC 8970
          "UTF8=ACCEPT"); // RFC 6855

  private Capabilities() {}

  /** The words of the CAPABILITY response, separated by spaces. */
  static String of(Session session) {
    List<String> words = new ArrayList<>(ALWAYS);
    if (session.state() == State.NOT_AUTHENTICATED) {
      if (session.connection().canStartTls()) {
        words.add("STARTTLS");
      }
      SaslContext context = session.saslContext();
      List<String> mechanisms = session.server().sasl().mechanisms(context);
      mechanisms.forEach(mechanism -> words.add("AUTH=" + mechanism));
      if (!session.mayShowPassword()) {
        words.add("LOGINDISABLED");
      }
    } else {
      words.addAll(LOGGED_IN);
      if (!session.isCompressed()) {
        words.add("COMPRESS=DEFLATE"); // RFC 4978
      }
      words.add("APPENDLIMIT=" + session.limits().appendBytes()); // RFC 7889
    }
    return String.join(" ", words);
  }
}
