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
 * </table>
 *
 * <p>History
 *
 * <ul>
 *   <li>Format 1: the first.
 * </ul>
 */
public final class KeySpace {
  /**
   * Version of the whole key space, stored by persistent engines when a store is made. Raised when
   * an older server could misread a newer store; a server refuses a store with a higher one.
   */
  public static final int FORMAT = 1;

  private KeySpace() {}
}
