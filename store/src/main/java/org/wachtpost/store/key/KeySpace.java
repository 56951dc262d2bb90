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
 *   <tr><td>D</td><td>directory</td><td>domain, text</td><td>domain: name, catch-all</td></tr>
 *   <tr><td>A</td><td>directory</td><td>account number, u64</td><td>account with its credentials' secrets</td></tr>
 *   <tr><td>L</td><td>directory</td><td>address, text</td><td>alias: targets</td></tr>
 *   <tr><td>G</td><td>directory</td><td>address, text; chunk, u32</td><td>group: name, members of this chunk</td></tr>
 *   <tr><td>U</td><td>directory</td><td>account number, u64; credential, text</td><td>last use</td></tr>
 *   <tr><td>S</td><td>directory</td><td></td><td>settings: next account number, default domain</td></tr>
 *   <tr><td>E</td><td>events</td><td>sequence in the day, u64</td><td>access event with the hash of the one before</td></tr>
 *   <tr><td>H</td><td>system</td><td>day, u64</td><td>signed head of that day's chain of access events</td></tr>
 *   <tr><td>K</td><td>system</td><td>name, text</td><td>a key or secret of this installation</td></tr>
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

  public static final char DIRECTORY_DOMAIN = 'D';
  public static final char DIRECTORY_ACCOUNT = 'A';
  public static final char DIRECTORY_ALIAS = 'L';
  public static final char DIRECTORY_GROUP = 'G';
  public static final char DIRECTORY_LAST_USE = 'U';
  public static final char DIRECTORY_SETTINGS = 'S';

  public static final char EVENT = 'E';
  public static final char EVENT_HEAD = 'H';
  public static final char INSTALLATION_KEY = 'K';

  private KeySpace() {}
}
