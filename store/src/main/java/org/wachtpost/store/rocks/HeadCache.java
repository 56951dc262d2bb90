package org.wachtpost.store.rocks;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;

/** Heads of the accounts committed to last. Used by the commit thread only. */
final class HeadCache {
  private static final int ACCOUNTS = 8_192;

  private final Map<AccountId, AccountHead> heads =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, AccountHead> eldest) {
          return size() > ACCOUNTS;
        }
      };

  AccountHead get(AccountId account, Database database) throws RocksDBException {
    AccountHead cached = heads.get(account);
    if (cached != null) {
      return cached;
    }
    byte[] stored = database.get(Layout.head(account));
    AccountHead head = stored == null ? AccountHead.EMPTY : AccountHead.ofBytes(stored);
    heads.put(account, head);
    return head;
  }

  void putAll(Map<AccountId, AccountHead> newer) {
    heads.putAll(newer);
  }

  void clear() {
    heads.clear();
  }
}
