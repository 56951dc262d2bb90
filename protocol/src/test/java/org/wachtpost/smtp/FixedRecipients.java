package org.wachtpost.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.wachtpost.directory.Recipients;
import org.wachtpost.store.AccountId;

/** The people of example.test, for tests: alice (1), bob (2), carol (3) and lists of them. */
final class FixedRecipients implements Recipients {
  private static final Map<String, Local> PEOPLE =
      Map.of(
          "alice@example.test", local(1, "alice@example.test"),
          "bob@example.test", local(2, "bob@example.test"),
          "carol@example.test", local(3, "carol@example.test"),
          "dörte@example.test", local(4, "dörte@example.test"),
          "postmaster@example.test", local(1, "alice@example.test"));

  private static Local local(long number, String address) {
    return new Local(AccountId.person(number), address, null);
  }

  @Override
  public boolean isLocalDomain(String domain) {
    return domain.equalsIgnoreCase("example.test") || domain.equalsIgnoreCase("second.test");
  }

  @Override
  public Resolution resolve(String address) {
    String wanted = address.toLowerCase(Locale.ROOT);
    if (!isLocalDomain(wanted.substring(wanted.lastIndexOf('@') + 1))) {
      return new Resolution.NotLocal();
    }
    Local person = PEOPLE.get(wanted.replaceFirst("^([^+\"]*)\\+[^@]*@", "$1@"));
    if (person != null) {
      return new Resolution.Reaches(List.of(person), List.of());
    }
    return switch (wanted) {
      case "all@example.test" ->
          new Resolution.Reaches(
              List.of(local(1, "alice@example.test"), local(2, "bob@example.test")),
              List.of("friend@elsewhere.test"));
      case "away@example.test" -> new Resolution.Reaches(List.of(), List.of("away@elsewhere.test"));
      default -> new Resolution.Unknown();
    };
  }

  @Override
  public boolean maySendAs(AccountId account, String address) {
    return resolve(address) instanceof Resolution.Reaches reaches
        && reaches.local().size() == 1
        && reaches.local().getFirst().account().equals(account);
  }
}
