package org.wachtpost.store.key;

/**
 * The key space, written down once. A key within an account starts with one of these prefix bytes;
 * the table says what follows and what the value is. Keys are built by {@link KeyWriter}, values by
 * {@link RecordWriter} (their first byte is the version of their layout).
 *
 * <p>Prefixes are printable ASCII letters and digits. Engines keep what is their own (versions,
 * blobs) outside the account's entries: nothing in this table can collide with it.
 *
 * <table>
 *   <caption>Prefixes</caption>
 *   <tr><th>prefix</th><th>accounts</th><th>key</th><th>value</th></tr>
 *   <tr><td>0</td><td>every</td><td></td><td>first version whose log entry is certainly there</td></tr>
 *   <tr><td>1</td><td>every</td><td>version, u64; part, u8</td><td>log entry: time, records of what changed</td></tr>
 *   <tr><td>M</td><td>person</td><td></td><td>mail's counters: next ids, UIDVALIDITY, quota</td></tr>
 *   <tr><td>B</td><td>person</td><td>mailbox, u32</td><td>mailbox: state, parent, last level of the name, use, counters</td></tr>
 *   <tr><td>K</td><td>person</td><td>mailbox, u32</td><td>keywords by number</td></tr>
 *   <tr><td>U</td><td>person</td><td>mailbox, u32; UID, u32</td><td>message: flags, modification sequence, ids, dates, size, blob</td></tr>
 *   <tr><td>E</td><td>person</td><td>email, u64</td><td>content, places (mailbox, UID)</td></tr>
 *   <tr><td>D</td><td>person</td><td>content, u64; part, u8</td><td>what was parsed from a body, in parts; emails with equal bodies share it</td></tr>
 *   <tr><td>R</td><td>person</td><td>blob, 32 bytes; email, u64</td><td>content of the email that refers to the blob</td></tr>
 *   <tr><td>T</td><td>person</td><td>hash of message id and base subject, u64</td><td>thread, number of contents with the hash</td></tr>
 *   <tr><td>S</td><td>person</td><td>mailbox name, text</td><td>subscription</td></tr>
 *   <tr><td>X</td><td>person</td><td>time of deletion in seconds, u64; email, u64</td><td>deleted email: what is needed to bring it back</td></tr>
 *   <tr><td>J</td><td>person</td><td>number, u64</td><td>copy that is not finished: target, UIDs made so far</td></tr>
 *   <tr><td>D</td><td>directory</td><td>domain, text</td><td>domain: name, catch-all</td></tr>
 *   <tr><td>A</td><td>directory</td><td>account number, u64</td><td>account with its credentials' secrets</td></tr>
 *   <tr><td>N</td><td>directory</td><td>address, text</td><td>alias: targets</td></tr>
 *   <tr><td>G</td><td>directory</td><td>address, text; chunk, u32</td><td>group: name, members of this chunk</td></tr>
 *   <tr><td>U</td><td>directory</td><td>account number, u64; credential, text</td><td>last use</td></tr>
 *   <tr><td>V</td><td>directory</td><td>account number, u64</td><td>account that was removed, its data not dropped yet: address</td></tr>
 *   <tr><td>Y</td><td>directory</td><td>domain, text; selector, text</td><td>DKIM key: algorithm, state, dates, TXT record, pair; the private key until it retires</td></tr>
 *   <tr><td>S</td><td>directory</td><td></td><td>settings: next account number, default domain</td></tr>
 *   <tr><td>E</td><td>events</td><td>sequence in the day, u64</td><td>access event with the hash of the one before</td></tr>
 *   <tr><td>H</td><td>system</td><td>day, u64</td><td>signed head of that day's chain of access events</td></tr>
 *   <tr><td>K</td><td>system</td><td>name, text</td><td>a key or secret of this installation</td></tr>
 *   <tr><td>n</td><td>queue</td><td></td><td>number of the last message</td></tr>
 *   <tr><td>m</td><td>queue</td><td>message, u64</td><td>envelope, options, content blob</td></tr>
 *   <tr><td>r</td><td>queue</td><td>message, u64; index, u32</td><td>recipient with its state</td></tr>
 *   <tr><td>t</td><td>queue</td><td>next attempt, ms, u64; message, u64; index, u32</td><td>a waiting recipient: its domain</td></tr>
 *   <tr><td>b</td><td>queue</td><td>blob; message, u64</td><td>empty: the message's content</td></tr>
 *   <tr><td>k</td><td>queue</td><td>account number, u64; hash of an address, 8 bytes</td><td>day on which the account last wrote to it</td></tr>
 *   <tr><td>s</td><td>queue 0</td><td>domain, text</td><td>MTA-STS policy: id, end of its time, text</td></tr>
 *   <tr><td>g</td><td>queue 0</td><td>day, u64; domain, text; hash, 16 bytes</td><td>result of TLS with that domain, with the number of sessions</td></tr>
 *   <tr><td>h</td><td>queue 0</td><td>day, u64; domain, text</td><td>when the report on TLS of that day was handed over to the domain, or was not wanted</td></tr>
 *   <tr><td>w</td><td>queue</td><td>message, u64; version, u64</td><td>what happened with the message, in words</td></tr>
 *   <tr><td>d</td><td>queue</td><td>message, u64</td><td>a message that is done with: when, its envelope; r and w are kept with it</td></tr>
 * </table>
 *
 * <p>History
 *
 * <ul>
 *   <li>Format 1: the first. Since then layout 2 of mailboxes (first UID that nobody was told of),
 *       and of messages and tombstones (zone of the internal date), layout 3 of messages (which
 *       email a copy is of); older layouts are read as before.
 * </ul>
 */
public final class KeySpace {
  /**
   * Version of the whole key space, stored by persistent engines when a store is made. Raised when
   * an older server could misread a newer store; a server refuses a store with a higher one.
   */
  public static final int FORMAT = 1;

  public static final char LOG_FLOOR = '0';
  public static final char LOG = '1';

  public static final char MAIL_STATE = 'M';
  public static final char MAIL_MAILBOX = 'B';
  public static final char MAIL_KEYWORDS = 'K';
  public static final char MAIL_MESSAGE = 'U';
  public static final char MAIL_EMAIL = 'E';
  public static final char MAIL_CONTENT = 'D';
  public static final char MAIL_REFERENCE = 'R';
  public static final char MAIL_THREAD = 'T';
  public static final char MAIL_SUBSCRIPTION = 'S';
  public static final char MAIL_DELETED = 'X';
  public static final char MAIL_JOURNAL = 'J';

  public static final char DIRECTORY_DOMAIN = 'D';
  public static final char DIRECTORY_ACCOUNT = 'A';
  public static final char DIRECTORY_ALIAS = 'N';
  public static final char DIRECTORY_GROUP = 'G';
  public static final char DIRECTORY_LAST_USE = 'U';
  public static final char DIRECTORY_REMOVED = 'V';
  public static final char DIRECTORY_DOMAIN_KEY = 'Y';
  public static final char DIRECTORY_SETTINGS = 'S';

  public static final char EVENT = 'E';
  public static final char EVENT_HEAD = 'H';
  public static final char INSTALLATION_KEY = 'K';

  public static final char QUEUE_COUNTER = 'n';
  public static final char QUEUE_MESSAGE = 'm';
  public static final char QUEUE_RECIPIENT = 'r';
  public static final char QUEUE_TIME = 't';
  public static final char QUEUE_BLOB = 'b';
  public static final char QUEUE_TRACE = 'w';
  public static final char QUEUE_FINISHED = 'd';
  public static final char QUEUE_CORRESPONDENT = 'k';
  public static final char QUEUE_STS_POLICY = 's';
  public static final char QUEUE_TLS_RESULT = 'g';
  public static final char QUEUE_TLS_REPORT = 'h';

  private KeySpace() {}
}
